import { affineAugmentation } from './affine-augmentation.js';
import type { FillOptions } from './affine-transform.js';
import type { Augmentation } from './augmentation.js';
import { readNumber, type AugmentationOption } from './augmentation-option.js';

/** Settings of {@link randomCrop}. */
export interface RandomCropOptions extends FillOptions {
  /** How much is added on each side before cropping: a fraction of the size below 1, or whole pixels from 1. */
  readonly padding: number;
}

/** Where the crop begins in the padded image, from 0 to 1 of the way. */
export interface RandomCropParameters {
  readonly left: number;
  readonly top: number;
  readonly [name: string]: number;
}

/**
 * Pads images on all sides and crops them at a random place to their old size: a shift by whole pixels.
 *
 * @throws RangeError for a padding out of range.
 * @see torchvision `RandomCrop(size, padding)`
 * @example `randomCrop({ padding: 16, fillMode: 'reflect' })`
 */
export function randomCrop(options: RandomCropOptions): Augmentation<RandomCropParameters> {
  const { padding, ...fill } = options;
  if (!(padding > 0 && (padding < 1 || Number.isSafeInteger(padding)))) {
    throw new RangeError(`randomCrop with padding ${padding}; pass a fraction below 1, or whole pixels from 1`);
  }
  const shiftOf = (place: number, size: number) => {
    const pixels = padding < 1 ? Math.round(padding * size) : padding;
    return Math.min(2 * pixels, Math.floor(place * (2 * pixels + 1))) - pixels;
  };
  return affineAugmentation({
    name: 'randomCrop',
    settings: { padding },
    fill,
    draw: (random): RandomCropParameters => ({ left: random.uniform(), top: random.uniform() }),
    affineOf: ({ left, top }, image) => ({ tx: shiftOf(left, image.width), ty: shiftOf(top, image.height) }),
  });
}

/** `randomCrop=16` or `randomCrop=0.1` on the command line. */
export const randomCropOption: AugmentationOption = {
  name: 'randomCrop',
  usage: 'randomCrop=FRACTION|PIXELS',
  parse: (value, fill) => randomCrop({ padding: readNumber('randomCrop', value), ...fill }),
};
