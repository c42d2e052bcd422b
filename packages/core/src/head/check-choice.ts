import { quoteNames } from '../errors.js';

/** @throws RangeError for a value that is none of those that there are, listing them. */
export function checkChoice(name: string, value: string, values: readonly string[]): void {
  if (!values.includes(value)) {
    throw new RangeError(`unknown ${name} ${JSON.stringify(value)}; there are ${quoteNames(values)}`);
  }
}
