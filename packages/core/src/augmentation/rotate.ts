import { affineAugmentation } from './affine-augmentation.js';
import type { FillOptions } from './affine-transform.js';
import type { Augmentation } from './augmentation.js';
import { readNumber, type AugmentationOption } from './augmentation-option.js';

/** Settings of {@link rotate}. */
export interface RotateOptions extends FillOptions {
  /** The largest turn to either side, in degrees, 0–180. */
  readonly degrees: number;
}

/** A drawn turn. */
export interface RotateParameters {
  /** In degrees; above 0 turns the image anticlockwise, as Keras' `theta`. */
  readonly theta: number;
  readonly [name: string]: number;
}

/**
 * Turns images about their centre by an angle drawn evenly from [−degrees, degrees).
 *
 * @throws RangeError for settings out of range.
 * @see Keras `ImageDataGenerator(rotation_range=degrees, fill_mode=…, cval=…)` (oracle: oracles/augmentation.py)
 * @example `rotate({ degrees: 15 }).apply(image, { theta: -7.5 })`
 */
export function rotate(options: RotateOptions): Augmentation<RotateParameters> {
  const { degrees, ...fill } = options;
  if (!(degrees >= 0 && degrees <= 180)) {
    throw new RangeError(`rotation by ${degrees} degrees; pass a number from 0 to 180`);
  }
  return affineAugmentation({
    name: 'rotation',
    settings: { degrees },
    fill,
    draw: (random): RotateParameters => ({ theta: random.uniformBetween(-degrees, degrees) }),
    affineOf: ({ theta }) => ({ theta }),
  });
}

/** `rotation=15` on the command line. */
export const rotationOption: AugmentationOption = {
  name: 'rotation',
  usage: 'rotation=DEGREES',
  parse: (value, fill) => rotate({ degrees: readNumber('rotation', value), ...fill }),
};
