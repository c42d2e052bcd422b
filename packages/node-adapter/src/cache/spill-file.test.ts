import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheError } from '@graft-ml/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { spillFile } from './spill-file.js';

const folder = mkdtempSync(join(tmpdir(), 'graft-spill-'));
afterEach(() => vi.unstubAllEnvs());

describe('spillFile', () => {
  it('gives back rows in any order, and leaves nothing behind', () => {
    vi.stubEnv('TMPDIR', folder);
    const file = spillFile(3);
    for (let i = 0; i < 50; i++) file.append(Float32Array.of(i, -i, i / 3));
    const target = new Float32Array(4).fill(9);
    for (const index of [49, 0, 17, 17]) {
      file.read(index, target);
      expect([...target]).toEqual([...Float32Array.of(index, -index, index / 3), 9]);
    }
    expect(() => file.read(50, target)).toThrow(CacheError);
    file.close();
    file.close();
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('says where there is no room', () => {
    vi.stubEnv('TMPDIR', join(folder, 'missing'));
    expect(existsSync(join(folder, 'missing'))).toBe(false);
    expect(() => spillFile(3)).toThrow(/cannot be kept in .*missing.*TMPDIR/);
  });
});
