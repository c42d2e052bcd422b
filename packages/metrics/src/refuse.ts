import type { Label } from './label.js';

/** Throws a RangeError: what was given, what was expected, what to do. */
export function refuse(message: string): never {
  throw new RangeError(message);
}

/** Lists labels for a message, at most ten of them: `"covid", "normal"`. */
export function quoteLabels(labels: readonly Label[]): string {
  const shown = labels.slice(0, 10).map((label) => JSON.stringify(label));
  return shown.join(', ') + (labels.length > 10 ? `, … (${labels.length} in all)` : '');
}

/** Refuses an option that is not one of `known`; the message lists what exists. */
export function checkOption(name: string, value: unknown, known: readonly unknown[]): void {
  const show = (one: unknown) => (typeof one === 'string' ? JSON.stringify(one) : String(one));
  if (!known.includes(value)) refuse(`${name} is ${show(value)}; expected one of ${known.map(show).join(', ')}`);
}

/** Refuses anything but a whole number of at least `least`. */
export function checkWhole(name: string, value: number, least = 1): void {
  if (!Number.isInteger(value) || value < least)
    refuse(`${name} is ${value}; expected a whole number, ${least} or more`);
}

/** Refuses anything but a number above 0 and at most (with `below`: less than) 1. */
export function checkShare(name: string, value: number, below = false): void {
  if (value > 0 && (below ? value < 1 : value <= 1)) return;
  refuse(`${name} is ${value}; expected a number above 0 and ${below ? 'below' : 'at most'} 1`);
}
