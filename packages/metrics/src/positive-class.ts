import type { InternedLabels } from './intern-labels.js';
import type { Label } from './label.js';
import { checkOption, quoteLabels, refuse } from './refuse.js';

/**
 * The code of the positive class among interned labels, or -1 if no sample has it.
 * With `greaterIsPositive` it is the greater number where nothing else is said.
 *
 * @throws RangeError if `posLabel` is left out and the labels are not 0 and 1, or -1 and 1.
 */
export function positiveCode(
  { labels }: InternedLabels,
  posLabel: Label | undefined,
  greaterIsPositive = false,
): number {
  if (posLabel !== undefined) return labels.indexOf(posLabel);
  const isNumeric = typeof labels[0] === 'number';
  if (!isNumeric || !['0,1', '-1,1', '0', '-1', '1'].includes(labels.join())) {
    if (isNumeric && greaterIsPositive) return labels.length - 1;
    refuse(`the labels are ${quoteLabels(labels)}; name the positive one with posLabel, or use 0 and 1`);
  }
  return labels.indexOf(1);
}

/** Refuses more than two classes where scores have a single column. */
export function checkTwoClasses(labels: readonly Label[], name: string): void {
  if (labels.length <= 2) return;
  refuse(
    `yTrue has ${labels.length} classes (${quoteLabels(labels)}) but ${name} has one column; pass a row of class scores for each sample`,
  );
}

/** Refuses a positive class that is neither of the two labels. */
export function checkPosLabel(labels: readonly Label[], posLabel: Label): void {
  if (labels.length === 2) checkOption('posLabel', posLabel, labels);
}

/** 1 where a sample has the code, else 0. */
export function flag(codes: ArrayLike<number>, code: number): Uint8Array {
  const flags = new Uint8Array(codes.length);
  for (let i = 0; i < flags.length; i++) flags[i] = codes[i] === code ? 1 : 0;
  return flags;
}
