import { quoteNames } from '../errors.js';
import type { FillOptions } from './affine-transform.js';
import type { Augmentation } from './augmentation.js';

/** How an augmentation is written on the command line. */
export interface AugmentationOption {
  readonly name: string;
  /** For help and messages, e.g. `rotation=DEGREES`. */
  readonly usage: string;
  /** Whether the name may stand alone; `parse` then gets an empty text. Default `false`. */
  readonly standsAlone?: boolean;
  /**
   * @param fill - How to fill beyond the border.
   * @throws RangeError for a value that does not fit.
   */
  parse(value: string, fill: FillOptions): Augmentation;
}

/** @throws RangeError if `value` is no plain number. */
export function readNumber(name: string, value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) {
    throw new RangeError(`${name} is ${JSON.stringify(value)}; pass a number, such as ${name}=15`);
  }
  return number;
}

/** A number, or `ifEmpty` where the name stands alone. @throws RangeError if `value` is no plain number. */
export function readNumberOr(name: string, value: string, ifEmpty: number): number {
  return value === '' ? ifEmpty : readNumber(name, value);
}

/** @throws RangeError if `value` is none of `choices`. */
export function requireChoice<Choice extends string>(name: string, value: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  throw new RangeError(`${name} is ${JSON.stringify(value)}; pass one of ${quoteNames(choices)}`);
}
