import { AbortedError, EngineError } from '@graft-ml/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { goOnFromCache } from './go-on-from-cache.js';

const stop = (error: Error) => () => Promise.reject(error);

describe('goOnFromCache', () => {
  const given = process.argv;
  beforeEach(() => {
    process.argv = ['node', 'graft', 'extract', 'my photos', '--out', 'f.npy'];
  });
  afterEach(() => {
    process.argv = given;
  });

  it('names the command, as a shell takes it, when the work is stopped', async () => {
    const stopped = goOnFromCache(true, stop(new AbortedError()));
    await expect(stopped).rejects.toThrow("stopped; goes on from the cache with graft extract 'my photos' --out f.npy");
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('leaves alone what knows better, what failed, and what keeps nothing', async () => {
    const known = new AbortedError('stopped; goes on from m.checkpoint with graft train');
    await expect(goOnFromCache(true, stop(known))).rejects.toBe(known);
    const failed = new EngineError('no');
    await expect(goOnFromCache(true, stop(failed))).rejects.toBe(failed);
    const uncached = new AbortedError();
    await expect(goOnFromCache(false, stop(uncached))).rejects.toBe(uncached);
    expect(await goOnFromCache(true, () => Promise.resolve(1))).toBe(1);
  });
});
