import { checkFill, type FillOptions } from './affine-transform.js';
import type { Augmentation } from './augmentation.js';
import { requireChoice, type AugmentationOption } from './augmentation-option.js';
import { describeSettings } from './describe-settings.js';
import { policyOperations, policySpace, type PolicyStep } from './policy-operations.js';

/** Settings of {@link trivialAugmentWide}. */
export interface TrivialAugmentWideOptions extends FillOptions {
  /** How many strengths there are to draw from. Default 31. */
  readonly numMagnitudeBins?: number | undefined;
}

/**
 * Applies one operation out of fourteen, of a random strength up to very strong: nothing to tune. Beyond the border is
 * black unless told otherwise.
 *
 * @throws RangeError for settings out of range.
 * @see torchvision `TrivialAugmentWide`, with linear interpolation; Müller and Hutter, "TrivialAugment", 2021
 * @example `trivialAugmentWide()`
 */
export function trivialAugmentWide(options: TrivialAugmentWideOptions = {}): Augmentation<PolicyStep> {
  const { numMagnitudeBins = 31 } = options;
  const fill = checkFill({ fillMode: 'constant', ...options });
  if (!(Number.isInteger(numMagnitudeBins) && numMagnitudeBins >= 2)) {
    throw new RangeError(`trivialAugmentWide with numMagnitudeBins ${numMagnitudeBins}; pass a whole number from 2`);
  }
  const space = policySpace({ shear: 0.99, translate: 32, unit: 'pixels', rotate: 135, color: 0.99, posterize: 6 });
  return {
    name: 'trivialAugmentWide',
    describe: () => describeSettings('trivialAugmentWide', { numMagnitudeBins, ...fill }),
    draw: (random): PolicyStep => {
      const [operation, magnitudeOf, signed] = space[random.integer(space.length)]!;
      const magnitude = magnitudeOf(random.integer(numMagnitudeBins) / (numMagnitudeBins - 1));
      const turned = random.uniform() < 0.5;
      return { operation, magnitude: magnitude * (signed && turned ? -1 : 1) };
    },
    apply: (image, step) => policyOperations[step.operation]!(image, step.magnitude, fill),
  };
}

/** `trivialAugment` on the command line. */
export const trivialAugmentOption: AugmentationOption = {
  name: 'trivialAugment',
  usage: 'trivialAugment',
  standsAlone: true,
  parse: (value, fill) => {
    if (value !== '') requireChoice('trivialAugment', value, ['wide']);
    return trivialAugmentWide(fill);
  },
};
