import { affineAugmentation } from './affine-augmentation.js';
import type { FillOptions } from './affine-transform.js';
import type { Augmentation } from './augmentation.js';
import { readNumber, type AugmentationOption } from './augmentation-option.js';

/** Settings of {@link shear}. */
export interface ShearOptions extends FillOptions {
  /** The largest shear angle to either side, in degrees, 0–80. */
  readonly degrees: number;
}

/** A drawn shear. */
export interface ShearParameters {
  /** In degrees, as Keras' `shear`. */
  readonly shear: number;
  readonly [name: string]: number;
}

/**
 * Shears images sideways about their centre by an angle drawn evenly from [−degrees, degrees).
 *
 * @throws RangeError for settings out of range.
 * @see Keras `ImageDataGenerator(shear_range=degrees)` (oracle: oracles/augmentation.py)
 * @example `shear({ degrees: 10, fillMode: 'reflect' })`
 */
export function shear(options: ShearOptions): Augmentation<ShearParameters> {
  const { degrees, ...fill } = options;
  if (!(degrees >= 0 && degrees <= 80)) {
    throw new RangeError(`shear by ${degrees} degrees; pass a number from 0 to 80`);
  }
  return affineAugmentation({
    name: 'shear',
    settings: { degrees },
    fill,
    draw: (random): ShearParameters => ({ shear: random.uniformBetween(-degrees, degrees) }),
    affineOf: (drawn) => ({ shear: drawn.shear }),
  });
}

/** `shear=10` on the command line. */
export const shearOption: AugmentationOption = {
  name: 'shear',
  usage: 'shear=DEGREES',
  parse: (value, fill) => shear({ degrees: readNumber('shear', value), ...fill }),
};
