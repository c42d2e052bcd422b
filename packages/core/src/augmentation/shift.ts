import type { RandomGenerator } from '../random/keyed-random.js';
import { affineAugmentation } from './affine-augmentation.js';
import type { FillOptions } from './affine-transform.js';
import type { Augmentation } from './augmentation.js';
import { readNumber, type AugmentationOption } from './augmentation-option.js';

/**
 * How far an image may be shifted, as in Keras: a number below 1 is the largest fraction of the size; a whole number n,
 * whole pixels from −n + 1 to n − 1; another number, the most pixels; a list, pixels or fractions to choose from, either
 * way.
 */
export type ShiftRange = number | readonly number[];

/** Settings of {@link shift}: at least one is given. */
export interface ShiftOptions extends FillOptions {
  /** Sideways. Default 0: not at all. */
  readonly width?: ShiftRange | undefined;
  /** Up and down. Default 0. */
  readonly height?: ShiftRange | undefined;
}

/** A drawn shift, in fractions of the size or in pixels as the range was given; above 0 moves left and up. */
export interface ShiftParameters {
  readonly tx: number;
  readonly ty: number;
  readonly [name: string]: number;
}

/**
 * Shifts images sideways, up and down.
 *
 * Keras 3 draws from `height_shift_range` but then shifts sideways, and the other way round; here each does what it says.
 *
 * @throws RangeError for settings out of range, or if neither is given.
 * @see Keras `ImageDataGenerator(width_shift_range=width, height_shift_range=height)` (oracle: oracles/augmentation.py)
 * @example `shift({ width: 0.1, height: 0.1, fillMode: 'constant' })`
 */
export function shift(options: ShiftOptions): Augmentation<ShiftParameters> {
  const { width = 0, height = 0, ...fill } = options;
  checkShift('width', width);
  checkShift('height', height);
  if (width === 0 && height === 0) throw new RangeError('shift neither sideways nor up and down; pass width or height');
  return affineAugmentation({
    name: 'shift',
    settings: { width, height },
    fill,
    draw: (random): ShiftParameters => ({ tx: drawShift(width, random), ty: drawShift(height, random) }),
    affineOf: ({ tx, ty }, image) => ({
      tx: shiftPixels(width, tx, image.width),
      ty: shiftPixels(height, ty, image.height),
    }),
  });
}

/** @throws RangeError for a range that shifts nothing, although not 0, or that is no distance. */
export function checkShift(name: string, range: ShiftRange): void {
  if (Array.isArray(range) ? range.length > 0 && range.every(Number.isFinite) : Number(range) >= 0 && range !== 1) {
    return;
  }
  throw new RangeError(
    `shift of ${name} by ${JSON.stringify(range)}; pass a fraction below 1, pixels above 1, or a list of shifts`,
  );
}

/** Draws twice, whatever the range. */
export function drawShift(range: ShiftRange, random: RandomGenerator): number {
  const place = random.uniform();
  const forward = random.uniform() < 0.5;
  if (typeof range === 'number' && !Number.isInteger(range)) return (2 * place - 1) * range;
  const distance = typeof range === 'number' ? Math.floor(place * range) : range[Math.floor(place * range.length)]!;
  return forward || distance === 0 ? distance : -distance;
}

/** A drawn shift in pixels. */
export function shiftPixels(range: ShiftRange, drawn: number, size: number): number {
  return Math.max(...[range].flat()) < 1 ? drawn * size : drawn;
}

/** `shift=0.1` on the command line: both ways. */
export const shiftOption: AugmentationOption = {
  name: 'shift',
  usage: 'shift=FRACTION|PIXELS',
  parse: (value, fill) => {
    const range = readNumber('shift', value);
    return shift({ width: range, height: range, ...fill });
  },
};
