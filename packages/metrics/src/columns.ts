import { refuse } from './refuse.js';

/** Options of every metric that takes a weight for each sample. */
export interface WeightOptions {
  /** Weight of each sample, shape `[n]`, finite and not negative. Default: every sample counts once. */
  readonly sampleWeight?: ArrayLike<number> | undefined;
}

/**
 * Checks that all columns have the same length, at least 1, and that weights are usable.
 *
 * @returns The number of samples.
 */
export function checkColumns(
  columns: Readonly<Record<string, ArrayLike<unknown>>>,
  weights?: ArrayLike<number>,
): number {
  const [[first, { length: n }], ...others] = Object.entries(columns) as [[string, ArrayLike<unknown>]];
  for (const [name, column] of others as [string, ArrayLike<unknown>][]) {
    if (column.length !== n)
      refuse(`${name} has length ${column.length} but ${first} has ${n}; pass one entry for each sample`);
  }
  if (n === 0) refuse(`${first} is empty; pass at least one sample`);
  if (weights) {
    if (weights.length !== n)
      refuse(`sampleWeight has length ${weights.length} but ${first} has ${n}; pass one weight for each sample`);
    for (let i = 0; i < n; i++) {
      const weight = weights[i] as number;
      if (!(weight >= 0 && weight < Infinity))
        refuse(`sampleWeight[${i}] is ${weight}; expected a finite number, 0 or more`);
    }
  }
  return n;
}
