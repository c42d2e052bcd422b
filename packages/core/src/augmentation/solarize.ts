import type { Augmentation } from './augmentation.js';
import { readNumber, type AugmentationOption } from './augmentation-option.js';
import { chanceAugmentation, type ChanceOptions, type ChanceParameters } from './chance-augmentation.js';
import { solarizeLevels } from './point-operations.js';

/** Settings of {@link solarize}. */
export interface SolarizeOptions extends ChanceOptions {
  /** The lowest grey level that is inverted, 0–256. */
  readonly threshold: number;
}

/**
 * Inverts the levels from a threshold on, with a chance.
 *
 * @throws RangeError for settings out of range.
 * @see torchvision `RandomSolarize`, Pillow `ImageOps.solarize` (oracle: oracles/augmentation.py)
 * @example `solarize({ threshold: 128 })`
 */
export function solarize(options: SolarizeOptions): Augmentation<ChanceParameters> {
  const { threshold } = options;
  if (!(threshold >= 0 && threshold <= 256)) {
    throw new RangeError(`solarize with threshold ${threshold}; pass a grey level from 0 to 256`);
  }
  return chanceAugmentation({
    name: 'solarize',
    options,
    settings: { threshold },
    change: (image) => solarizeLevels(image, threshold),
  });
}

/** `solarize=128` on the command line. */
export const solarizeOption: AugmentationOption = {
  name: 'solarize',
  usage: 'solarize=THRESHOLD',
  parse: (value) => solarize({ threshold: readNumber('solarize', value) }),
};
