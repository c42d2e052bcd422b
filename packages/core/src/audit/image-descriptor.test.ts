import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { roundedToHalf } from './test-images.js';
import { decodeDescriptor, describePixels, encodeDescriptor, type ImageDescriptor } from './image-descriptor.js';
import { borderRow, thumbnailRow } from './probe-rows.js';

const { images } = JSON.parse(readFileSync(new URL('../../test/golden/audit.json', import.meta.url), 'utf8')) as {
  images: { image: string; grey: string; histogram: number[]; thumbnail8: number[]; border: number[] }[];
};

describe('describePixels', () => {
  it.each(images)('makes the grey picture that Pillow makes, and NumPy’s histogram', (golden) => {
    const data = Buffer.from(golden.image, 'base64');
    const { grey, histogram } = describePixels({ height: 64, width: 64, data });
    const expected = Buffer.from(golden.grey, 'base64');
    // Pillow rounds after each direction, in fixed point.
    for (const [i, value] of grey.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1);
    expect([...histogram]).toEqual(golden.histogram);
  });

  it.each(images)('gives the thumbnail and the border that NumPy gives', (golden) => {
    const descriptor = { grey: Buffer.from(golden.grey, 'base64') } as unknown as ImageDescriptor;
    const close = (row: Float32Array, expected: number[]) => {
      expect(row).toHaveLength(expected.length);
      for (const [i, value] of expected.entries()) expect(row[i]).toBeCloseTo(value, 5);
    };
    close(thumbnailRow(descriptor, 8), golden.thumbnail8);
    close(borderRow(descriptor), golden.border);
  });
});

describe('encodeDescriptor', () => {
  const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7) % 256);
  const descriptor: ImageDescriptor = {
    ...describePixels({ height: 64, width: 64, data: pixels }),
    bytes: 12_345,
    facts: { format: 'JPEG', colorMode: 'grey', height: 7, width: 9, details: { camera: 'Ü' } },
  };

  it('comes back as it was, also from a cache that keeps half of the bits', () => {
    const stored = encodeDescriptor(descriptor);
    expect(decodeDescriptor(stored)).toEqual(descriptor);
    expect(decodeDescriptor(roundedToHalf(stored))).toEqual(descriptor);
    expect(stored.byteLength).toBeLessThan(2000);
    const withoutFacts = { ...descriptor, facts: undefined };
    expect(decodeDescriptor(encodeDescriptor(withoutFacts))).toEqual(withoutFacts);
  });

  it('does not take anything else for a descriptor', () => {
    const stored = encodeDescriptor(descriptor);
    expect(decodeDescriptor(new Float32Array(0))).toBeUndefined();
    expect(decodeDescriptor(new Float32Array(500))).toBeUndefined();
    expect(decodeDescriptor(stored.subarray(0, -1))).toBeUndefined();
    const broken = stored.slice();
    broken[broken.length - 20] = 0x010101;
    expect(decodeDescriptor(broken)).toBeUndefined();
  });
});
