import type { Augmentation } from './augmentation.js';
import { readNumberOr, type AugmentationOption } from './augmentation-option.js';
import { chanceAugmentation, type ChanceOptions, type ChanceParameters } from './chance-augmentation.js';
import { autocontrastLevels } from './point-operations.js';

/**
 * Stretches each channel to the full range of levels, with a chance.
 *
 * @throws RangeError for a probability out of range.
 * @see torchvision `RandomAutocontrast`, Pillow `ImageOps.autocontrast` (oracle: oracles/augmentation.py)
 * @example `autocontrast({ probability: 0.3 })`
 */
export function autocontrast(options: ChanceOptions = {}): Augmentation<ChanceParameters> {
  return chanceAugmentation({ name: 'autocontrast', options, change: autocontrastLevels });
}

/** `autocontrast` or `autocontrast=0.3` on the command line. */
export const autocontrastOption: AugmentationOption = {
  name: 'autocontrast',
  usage: 'autocontrast[=PROBABILITY]',
  standsAlone: true,
  parse: (value) => autocontrast({ probability: readNumberOr('autocontrast', value, 0.5) }),
};
