import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { resizeImage, type InputSize, type ResizeMode, type RgbImage } from '@graft-ml/core';
import { sharpImageSource } from '../sharp-image-source.js';

function noise(height: number, width: number): RgbImage {
  let state = height * 1000 + width;
  const draw = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
  return { height, width, data: Uint8Array.from({ length: height * width * 3 }, draw) };
}

const shapes: readonly (readonly [number, number, number, number])[] = [
  [1, 1, 5, 4],
  [9, 1, 4, 3],
  [8, 6, 4, 3],
  [33, 47, 32, 46],
  [100, 257, 64, 64],
  [480, 640, 128, 128],
  [61, 40, 61, 40],
  [61, 40, 61, 20],
  [7, 5, 23, 31],
];

describe("core's resizing, which browsers use", () => {
  it.each(['stretch', 'cover', 'contain'] satisfies ResizeMode[])(
    'gives the pixels of the kernel: %s',
    async (resize) => {
      const source = sharpImageSource();
      for (const [height, width, toHeight, toWidth] of shapes) {
        const image = noise(height, width);
        const size: InputSize = [toHeight, toWidth];
        const png = await sharp(image.data, { raw: { height, width, channels: 3 } })
          .png()
          .toBuffer();
        for (const interpolation of ['antialias', 'bilinear'] as const) {
          const expected = await source.decode(png, { size, interpolation, resize });
          expect(resizeImage(image, { size, interpolation, resize })).toEqual(expected);
        }
      }
    },
  );

  it('refuses what is no image, or no size', () => {
    const options = { size: [4, 4] as const, interpolation: 'antialias' as const };
    expect(() => resizeImage({ height: 2, width: 2, data: new Uint8Array(11) }, options)).toThrow(RangeError);
    expect(() => resizeImage(noise(2, 2), { ...options, size: [0, 4] })).toThrow(
      /cannot resize 2×2 with 12 bytes to 0×4/,
    );
  });
});
