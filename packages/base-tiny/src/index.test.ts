import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { graftTiny } from './index.js';

const content = readFileSync(graftTiny.url);

describe('graftTiny', () => {
  it('names the file beside it, by its size and hash', () => {
    expect(content.length).toBe(graftTiny.bytes);
    expect(createHash('sha256').update(content).digest('hex')).toBe(graftTiny.sha256);
  });

  it('holds float16 values alone, and says where they come from', () => {
    const header = JSON.parse(content.subarray(8, 8 + Number(content.readBigUInt64LE(0))).toString('utf8')) as Readonly<
      Record<string, { readonly dtype?: string; readonly licence?: string }>
    >;
    const { __metadata__: metadata, ...tensors } = header;
    expect(new Set(Object.values(tensors).map(({ dtype }) => dtype))).toEqual(new Set(['F16']));
    expect(metadata).toMatchObject({ backbone: 'graft-tiny', licence: 'Apache-2.0' });
  });

  it('is small enough to be embedded', () => {
    expect(content.length).toBeLessThan(2_250_000);
  });
});
