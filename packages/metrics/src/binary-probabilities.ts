import { checkColumns } from './columns.js';
import { internLabels } from './intern-labels.js';
import type { Label, Labels } from './label.js';
import { checkTwoClasses, positiveCode } from './positive-class.js';
import { refuse } from './refuse.js';

/** Checks probabilities of a positive class and says which samples are of it. */
export function readBinaryProbabilities(input: {
  yTrue: Labels;
  yProba: ArrayLike<number>;
  name: string;
  posLabel?: Label | undefined;
  sampleWeight?: ArrayLike<number> | undefined;
  /** Takes the greater label as positive where labels are numbers other than 0 and 1 and `posLabel` is not given. */
  greaterIsPositive?: boolean;
}): { isPositive: (sample: number) => boolean; n: number } {
  const { yTrue, yProba, name } = input;
  const n = checkColumns({ yTrue, [name]: yProba }, input.sampleWeight);
  const interned = internLabels({ yTrue });
  const { labels } = interned;
  checkTwoClasses(labels, name);
  for (let i = 0; i < n; i++) {
    const p = yProba[i] as number;
    if (!(p >= 0 && p <= 1)) refuse(`${name}[${i}] is ${String(p)}; expected a probability, 0 to 1`);
  }
  const code = positiveCode(interned, input.posLabel, input.greaterIsPositive);
  const truth = interned.codes[0] as Int32Array;
  return { isPositive: (i) => truth[i] === code, n };
}
