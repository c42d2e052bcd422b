import { describe, expect, it } from 'vitest';
import { cacheSettings } from './cache-settings.js';

describe('cacheSettings', () => {
  it('has defaults', () => {
    expect(cacheSettings({})).toEqual({ dtype: 'float32', limitBytes: 10e9 });
  });

  it.each([
    ['500MB', 500e6],
    ['1.5 gb', 1.5e9],
    ['1000000', 1e6],
  ])('reads a limit of %s', (text, bytes) => {
    expect(cacheSettings({ GRAFT_CACHE_LIMIT: text, GRAFT_CACHE_DTYPE: 'float16' })).toEqual({
      dtype: 'float16',
      limitBytes: bytes,
    });
  });

  it('refuses what it does not understand', () => {
    for (const limit of ['0', 'much', '-5GB', '5 PB']) {
      expect(() => cacheSettings({ GRAFT_CACHE_LIMIT: limit })).toThrow(/GRAFT_CACHE_LIMIT.*500MB/);
    }
    expect(() => cacheSettings({ GRAFT_CACHE_DTYPE: 'float8' })).toThrow(/float32 or float16/);
  });
});
