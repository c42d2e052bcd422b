import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/resize.json';
import type { InputSize } from '../image.js';
import { bytesChecksum } from '../../test/checksum.js';
import { testImage } from '../../test/test-image.js';
import { resizeBilinear } from './resize-bilinear.js';

describe('resizeBilinear', () => {
  it.each(golden)('equals OpenCV to the last bit from $source to $target', ({ source, target, crc, pixels }) => {
    const [height, width] = source as [number, number];
    const resized = resizeBilinear(testImage(height, width), target as unknown as InputSize);
    expect([resized.height, resized.width]).toEqual(target);
    if (pixels) expect([...resized.data]).toEqual(pixels);
    expect(bytesChecksum(resized.data)).toBe(crc);
  });

  it('returns an image of the asked size untouched', () => {
    const image = testImage(5, 6);
    expect(resizeBilinear(image, [5, 6])).toBe(image);
  });

  it('refuses an impossible size, and data that does not fit', () => {
    const image = testImage(5, 6);
    for (const size of [
      [0, 5],
      [5, 0],
      [1.5, 5],
      [Number.NaN, 5],
    ] as [number, number][]) {
      expect(() => resizeBilinear(image, size)).toThrow(RangeError);
    }
    expect(() => resizeBilinear({ ...image, width: 7 }, [2, 2])).toThrow('height × width × 3');
  });
});
