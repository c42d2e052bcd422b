import type { Augmentation } from './augmentation.js';
import { readNumber, type AugmentationOption } from './augmentation-option.js';
import { chanceAugmentation, type ChanceOptions, type ChanceParameters } from './chance-augmentation.js';
import { posterizeLevels } from './point-operations.js';

/** Settings of {@link posterize}. */
export interface PosterizeOptions extends ChanceOptions {
  /** How many bits are kept, 1–8. */
  readonly bits: number;
}

/**
 * Keeps only the highest bits of each level, with a chance.
 *
 * @throws RangeError for settings out of range.
 * @see torchvision `RandomPosterize`, Pillow `ImageOps.posterize` (oracle: oracles/augmentation.py)
 * @example `posterize({ bits: 4 })`
 */
export function posterize(options: PosterizeOptions): Augmentation<ChanceParameters> {
  const { bits } = options;
  if (!(bits >= 1 && bits <= 8 && Number.isInteger(bits))) {
    throw new RangeError(`posterize with bits ${bits}; pass a whole number from 1 to 8`);
  }
  return chanceAugmentation({
    name: 'posterize',
    options,
    settings: { bits },
    change: (image) => posterizeLevels(image, bits),
  });
}

/** `posterize=4` on the command line. */
export const posterizeOption: AugmentationOption = {
  name: 'posterize',
  usage: 'posterize=BITS',
  parse: (value) => posterize({ bits: readNumber('posterize', value) }),
};
