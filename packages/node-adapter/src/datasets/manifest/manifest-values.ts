import { DatasetError, quoteNames, type Sample } from '@graft-ml/core';

/** A row, for messages. */
export interface ManifestPlace {
  readonly file: string;
  /** The first row, which names the columns, is 1. */
  readonly row: number;
}

const SPLITS = ['train', 'validation', 'test'] as const;

/** Reads a cell of column `split`; an empty one leaves the choice open. */
export function readSplit(text: string, { file, row }: ManifestPlace): Sample['split'] {
  if (text === '') return undefined;
  const split = SPLITS.find((name) => name === text);
  if (split !== undefined) return split;
  throw new DatasetError(
    `row ${row} of ${file} has the split ${JSON.stringify(text)}; expected ${quoteNames(SPLITS)} or nothing`,
  );
}

/** Reads a cell of column `weight`; an empty one leaves the default. */
export function readWeight(text: string, { file, row }: ManifestPlace): number | undefined {
  if (text === '') return undefined;
  const weight = Number(text);
  if (weight > 0 && Number.isFinite(weight)) return weight;
  throw new DatasetError(
    `row ${row} of ${file} has the weight ${JSON.stringify(text)}; expected a number above 0 or nothing`,
  );
}
