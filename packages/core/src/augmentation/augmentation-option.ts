import { quoteNames } from '../errors.js';
import type { Augmentation } from './augmentation.js';

/** How an augmentation is written on the command line. */
export interface AugmentationOption {
  readonly name: string;
  /** For help and messages, e.g. `rotation=DEGREES`. */
  readonly usage: string;
  /** @throws RangeError for a value that does not fit. */
  parse(value: string): Augmentation;
}

/** @throws RangeError if `value` is no plain number. */
export function readNumber(name: string, value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) {
    throw new RangeError(`${name} is ${JSON.stringify(value)}; pass a number, such as ${name}=15`);
  }
  return number;
}

/** @throws RangeError if `value` is none of `choices`. */
export function requireChoice<Choice extends string>(name: string, value: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  throw new RangeError(`${name} is ${JSON.stringify(value)}; pass one of ${quoteNames(choices)}`);
}
