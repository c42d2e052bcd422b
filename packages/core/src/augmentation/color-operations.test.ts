import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/augmentation-color.json';
import { decodePixels, imageDifference } from '../../test/image-difference.js';
import { testImage } from '../../test/test-image.js';
import type { RgbImage } from '../image.js';
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation, adjustSharpness } from './adjust-color.js';
import { blurImage } from './blur-image.js';
import { equalizeLocally } from './equalize-locally.js';
import {
  autocontrastLevels,
  equalizeLevels,
  invertLevels,
  posterizeLevels,
  solarizeLevels,
} from './point-operations.js';

interface Operation {
  /** The largest difference allowed. */
  readonly tolerance: number;
  apply(image: RgbImage, value: number): RgbImage;
}

const operations: Readonly<Record<string, Operation>> = {
  brightness: { tolerance: 0, apply: adjustBrightness },
  contrast: { tolerance: 0, apply: adjustContrast },
  saturation: { tolerance: 0, apply: adjustSaturation },
  sharpness: { tolerance: 0, apply: adjustSharpness },
  hue: { tolerance: 0, apply: adjustHue },
  invert: { tolerance: 0, apply: invertLevels },
  posterize: { tolerance: 0, apply: posterizeLevels },
  solarize: { tolerance: 0, apply: solarizeLevels },
  autocontrast: { tolerance: 0, apply: autocontrastLevels },
  equalize: { tolerance: 0, apply: equalizeLevels },
  // OpenCV computes with fixed-point kernels, and with chroma of whole numbers.
  blur: { tolerance: 1, apply: (image, sigma) => blurImage(image, 13, sigma) },
  clahe: { tolerance: 2, apply: (image, clipLimit) => equalizeLocally(image, { clipLimit, tileGridSize: [8, 8] }) },
};

/** The oracle's image: green has a narrow range of levels. */
function colorImage(height: number, width: number): RgbImage {
  const { data } = testImage(height, width);
  for (let i = 1; i < data.length; i += 3) data[i] = Math.floor(data[i]! / 3) + 40;
  return { height, width, data };
}

describe('colour operations against Pillow and OpenCV', () => {
  it.each(golden.operations)('$name $value of $size', ({ name, value, size, pixels }) => {
    const image = colorImage(size[0]!, size[1]!);
    const { tolerance, apply } = operations[name]!;
    const { most } = imageDifference(apply(image, value).data, decodePixels(pixels));
    expect(most).toBeLessThanOrEqual(tolerance);
    expect(image).toEqual(colorImage(size[0]!, size[1]!));
  });
});
