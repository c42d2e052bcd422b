import type { InternedLabels } from './intern-labels.js';
import type { Label } from './label.js';
import { quoteLabels, refuse } from './refuse.js';

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
