import type { Augmentation } from './augmentation.js';
import { adjustBrightness } from './adjust-color.js';
import type { AugmentationOption } from './augmentation-option.js';
import { describeSettings } from './describe-settings.js';
import { checkFactors, readFactors, type FactorRange } from './factor-range.js';

/** Settings of {@link brightness}. */
export interface BrightnessOptions {
  /** 0 is black, 1 the image itself. `0.2` stands for `[0.8, 1.2]`. */
  readonly range: FactorRange;
}

/** A drawn brightness. */
export interface BrightnessParameters {
  readonly factor: number;
  readonly [name: string]: number;
}

/**
 * Makes images darker or brighter by a factor drawn evenly from a range.
 *
 * @throws RangeError for a range below 0 or out of order.
 * @see Keras `ImageDataGenerator(brightness_range=range)`, Pillow `ImageEnhance.Brightness` (oracle:
 * oracles/augmentation.py)
 * @example `brightness({ range: [0.8, 1.2] })`
 */
export function brightness(options: BrightnessOptions): Augmentation<BrightnessParameters> {
  const range = checkFactors('brightness', options.range);
  return {
    name: 'brightness',
    describe: () => describeSettings('brightness', { range }),
    draw: (random): BrightnessParameters => ({ factor: random.uniformBetween(...range) }),
    apply: (image, { factor }) => adjustBrightness(image, factor),
  };
}

/** `brightness=0.2` or `brightness=0.8..1.2` on the command line. */
export const brightnessOption: AugmentationOption = {
  name: 'brightness',
  usage: 'brightness=RANGE|LOW..HIGH',
  parse: (value) => brightness({ range: readFactors('brightness', value) }),
};
