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
  sampleWeight?: ArrayLike<number>,
): number {
  const all = Object.entries(sampleWeight ? { ...columns, sampleWeight } : columns);
  const [first, { length: n }] = all[0] as [string, ArrayLike<unknown>];
  for (const [name, { length }] of all) {
    if (length !== n) refuse(`${name} has length ${length} but ${first} has ${n}; pass one entry for each sample`);
  }
  if (n === 0) refuse(`${first} is empty; pass at least one sample`);
  for (let i = 0; sampleWeight && i < n; i++) {
    const weight = sampleWeight[i] as number;
    if (!(weight >= 0 && weight < Infinity))
      refuse(`sampleWeight[${i}] is ${weight}; expected a finite number, 0 or more`);
  }
  return n;
}
