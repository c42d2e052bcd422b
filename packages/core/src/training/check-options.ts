import { quoteNames } from '../errors.js';

/**
 * @param what - Whose options they are, for the message.
 * @throws RangeError for an option that does not exist, listing those that do.
 */
export function checkOptions(what: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new RangeError(`${what} has no option ${quoteNames(unknown)}; there are ${quoteNames(known)}`);
  }
}
