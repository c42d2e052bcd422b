import type { Augmentation } from './augmentation.js';
import { readNumberOr, type AugmentationOption } from './augmentation-option.js';
import { chanceAugmentation, type ChanceOptions, type ChanceParameters } from './chance-augmentation.js';
import { equalizeLevels } from './point-operations.js';

/**
 * Equalises the histogram of each channel, with a chance.
 *
 * @throws RangeError for a probability out of range.
 * @see torchvision `RandomEqualize`, Pillow `ImageOps.equalize` (oracle: oracles/augmentation.py)
 * @example `equalize({ probability: 0.3 })`
 */
export function equalize(options: ChanceOptions = {}): Augmentation<ChanceParameters> {
  return chanceAugmentation({ name: 'equalize', options, change: equalizeLevels });
}

/** `equalize` or `equalize=0.3` on the command line. */
export const equalizeOption: AugmentationOption = {
  name: 'equalize',
  usage: 'equalize[=PROBABILITY]',
  standsAlone: true,
  parse: (value) => equalize({ probability: readNumberOr('equalize', value, 0.5) }),
};
