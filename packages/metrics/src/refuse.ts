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
  if (!known.includes(value)) {
    refuse(
      `${name} is ${JSON.stringify(value)}; expected one of ${known.map((one) => JSON.stringify(one)).join(', ')}`,
    );
  }
}
