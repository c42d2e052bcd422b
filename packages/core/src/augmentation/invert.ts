import type { Augmentation } from './augmentation.js';
import { readNumberOr, type AugmentationOption } from './augmentation-option.js';
import { chanceAugmentation, type ChanceOptions, type ChanceParameters } from './chance-augmentation.js';
import { invertLevels } from './point-operations.js';

/**
 * Turns images into their negatives, with a chance.
 *
 * @throws RangeError for a probability out of range.
 * @see torchvision `RandomInvert`, Pillow `ImageOps.invert` (oracle: oracles/augmentation.py)
 * @example `invert({ probability: 0.3 })`
 */
export function invert(options: ChanceOptions = {}): Augmentation<ChanceParameters> {
  return chanceAugmentation({ name: 'invert', options, change: invertLevels });
}

/** `invert` or `invert=0.3` on the command line. */
export const invertOption: AugmentationOption = {
  name: 'invert',
  usage: 'invert[=PROBABILITY]',
  standsAlone: true,
  parse: (value) => invert({ probability: readNumberOr('invert', value, 0.5) }),
};
