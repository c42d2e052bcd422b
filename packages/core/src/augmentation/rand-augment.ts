import { checkFill, type FillOptions } from './affine-transform.js';
import type { Augmentation } from './augmentation.js';
import { readNumberOr, type AugmentationOption } from './augmentation-option.js';
import { describeSettings } from './describe-settings.js';
import { policyOperations, policySpace, type PolicyStep } from './policy-operations.js';

/** Settings of {@link randAugment}. */
export interface RandAugmentOptions extends FillOptions {
  /** How many operations are applied, one after the other. Default 2. */
  readonly numOps?: number | undefined;
  /** How strong, from 0 to `numMagnitudeBins` − 1. Default 9. */
  readonly magnitude?: number | undefined;
  /** How many strengths there are. Default 31. */
  readonly numMagnitudeBins?: number | undefined;
}

/**
 * Applies a few operations drawn from fourteen (shears, shifts, rotation, colours, sharpness, posterise, solarise,
 * autocontrast, equalise), all of one strength. Beyond the border is black unless told otherwise.
 *
 * @throws RangeError for settings out of range.
 * @see torchvision `RandAugment`, with linear interpolation; Cubuk et al., "RandAugment", 2019
 * @example `randAugment({ magnitude: 7 })`
 */
export function randAugment(options: RandAugmentOptions = {}): Augmentation<readonly PolicyStep[]> {
  const { numOps = 2, magnitude = 9, numMagnitudeBins = 31 } = options;
  const fill = checkFill({ fillMode: 'constant', ...options });
  if (!(Number.isInteger(numOps) && numOps >= 1 && numOps <= 100)) {
    throw new RangeError(`randAugment with numOps ${numOps}; pass a whole number from 1 to 100`);
  }
  if (!(Number.isInteger(numMagnitudeBins) && numMagnitudeBins >= 2)) {
    throw new RangeError(`randAugment with numMagnitudeBins ${numMagnitudeBins}; pass a whole number from 2`);
  }
  if (!(magnitude >= 0 && magnitude < numMagnitudeBins)) {
    throw new RangeError(`randAugment with magnitude ${magnitude}; pass a number from 0 to ${numMagnitudeBins - 1}`);
  }
  const level = magnitude / (numMagnitudeBins - 1);
  const space = policySpace({
    shear: 0.3,
    translate: 150 / 331,
    unit: 'fraction',
    rotate: 30,
    color: 0.9,
    posterize: 4,
  });
  return {
    name: 'randAugment',
    describe: () => describeSettings('randAugment', { numOps, magnitude, numMagnitudeBins, ...fill }),
    draw: (random) =>
      Array.from({ length: numOps }, (): PolicyStep => {
        const [operation, magnitudeOf, signed] = space[random.integer(space.length)]!;
        const turned = random.uniform() < 0.5;
        return { operation, magnitude: magnitudeOf(level) * (signed && turned ? -1 : 1) };
      }),
    apply: (image, steps) =>
      steps.reduce((current, step) => policyOperations[step.operation]!(current, step.magnitude, fill), image),
  };
}

/** `randAugment` or `randAugment=7` on the command line. */
export const randAugmentOption: AugmentationOption = {
  name: 'randAugment',
  usage: 'randAugment[=MAGNITUDE]',
  standsAlone: true,
  parse: (value, fill) => randAugment({ magnitude: readNumberOr('randAugment', value, 9), ...fill }),
};
