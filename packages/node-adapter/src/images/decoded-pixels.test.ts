import { crc32 } from 'node:zlib';
import { resizeBilinear, resizeGeometry, type InputSize, type RgbImage } from '@graft-ml/core';
import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/images.json';
import { sharpImageSource } from './sharp-image-source.js';

const source = sharpImageSource();
const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64');
const sizeOf = (item: { height: number; width: number }): InputSize => [item.height, item.width];

function largestDifference(actual: Uint8Array, expected: Uint8Array): number {
  expect(actual.length).toBe(expected.length);
  return actual.reduce((most, value, index) => Math.max(most, Math.abs(value - expected[index]!)), 0);
}

describe('JPEG, against OpenCV and Pillow', () => {
  it.each(golden.jpeg)('has the pixels of $name', async (item) => {
    const bytes = bytesOf(item.bytes);
    for (const interpolation of ['bilinear', 'antialias'] as const) {
      const decoded = await source.decode(bytes, { size: sizeOf(item), interpolation });
      expect(crc32(decoded.data)).toBe(item.pixels);
    }
    for (const { size, bilinear, antialias } of item.resized) {
      const exact = await source.decode(bytes, { size: size as unknown as InputSize, interpolation: 'bilinear' });
      expect(crc32(exact.data)).toBe(bilinear);
      const smooth = await source.decode(bytes, { size: size as unknown as InputSize, interpolation: 'antialias' });
      expect(largestDifference(smooth.data, bytesOf(antialias))).toBeLessThanOrEqual(1);
    }
  });

  it.each(golden.turned)('is turned upright from EXIF orientation $orientation', async (item) => {
    const decoded = await source.decode(bytesOf(item.bytes), { size: sizeOf(item), interpolation: 'bilinear' });
    expect(crc32(decoded.data)).toBe(item.pixels);
  });
});

describe('other formats, against Pillow', () => {
  it.each(golden.formats)('reads $name', async (item) => {
    const decoded = await source.decode(bytesOf(item.bytes), { size: sizeOf(item), interpolation: 'antialias' });
    expect(largestDifference(decoded.data, bytesOf(item.pixels))).toBeLessThanOrEqual(item.within);
  });
});

describe('resizing modes', () => {
  const item = golden.jpeg.find(({ name }) => name.startsWith('40x61 RGB')) ?? golden.jpeg[0]!;
  const bytes = bytesOf(item.bytes);
  const whole = (): Promise<RgbImage> => source.decode(bytes, { size: sizeOf(item), interpolation: 'bilinear' });

  it('covers: the middle, cut to the output’s shape, then resized as everything', async () => {
    const image = await whole();
    const { part } = resizeGeometry(sizeOf(item), [20, 20], 'cover');
    const cut = new Uint8Array(part.height * part.width * 3);
    for (let y = 0; y < part.height; y += 1) {
      const from = ((part.top + y) * image.width + part.left) * 3;
      cut.set(image.data.subarray(from, from + part.width * 3), y * part.width * 3);
    }
    const expected = resizeBilinear({ height: part.height, width: part.width, data: cut }, [20, 20]);
    const actual = await source.decode(bytes, { size: [20, 20], interpolation: 'bilinear', resize: 'cover' });
    expect(actual).toEqual(expected);
  });

  it('contains: the whole image, and black above and below', async () => {
    const { inner, top } = resizeGeometry(sizeOf(item), [30, 30], 'contain');
    const actual = await source.decode(bytes, { size: [30, 30], interpolation: 'bilinear', resize: 'contain' });
    const expected = resizeBilinear(await whole(), inner);
    const row = 30 * 3;
    expect(actual.data.subarray(top * row, (top + inner[0]) * row)).toEqual(expected.data);
    expect(actual.data.subarray(0, top * row).every((value) => value === 0)).toBe(true);
    expect(actual.data.subarray((top + inner[0]) * row).every((value) => value === 0)).toBe(true);
  });
});
