import { auc } from './auc.js';
import { rocPoints } from './roc-curve.js';
import { sortDescending } from './sort-descending.js';
import { checkWeighed, countScores, type OneClass, type ThresholdCounts } from './threshold-counts.js';

/** Area under the ROC curve of one class against others, from checked input; NaN if either side is empty. */
export function binaryRocAuc(input: OneClass & { readonly maxFpr?: number | null | undefined }): number {
  const { positive, scores, sampleWeight, maxFpr } = input;
  if ((maxFpr ?? 1) < 1) return partialArea(countScores(input), maxFpr as number);
  const order = sortDescending(scores);
  let area = 0;
  let [tp, fp, lastTp, lastFp] = [0, 0, 0, 0];
  let last = NaN;
  for (let i = 0; i < order.length; i++) {
    const sample = order[i] as number;
    const score = scores[sample] as number;
    if (score !== last) {
      area += (fp - lastFp) * (tp + lastTp);
      last = score;
      lastFp = fp;
      lastTp = tp;
    }
    const weight = sampleWeight ? (sampleWeight[sample] as number) : 1;
    if (positive[sample]) tp += weight;
    else fp += weight;
  }
  checkWeighed(tp + fp);
  return (area + (fp - lastFp) * (tp + lastTp)) / 2 / fp / tp;
}

/** Area left of `maxFpr`, scaled so that chance is 0.5 and perfection 1 (McClish 1989). */
function partialArea(counts: ThresholdCounts, maxFpr: number): number {
  if (!(counts.negatives > 0 && counts.positives > 0)) return NaN;
  const { fpr, tpr } = rocPoints(counts, false);
  const stop = fpr.findIndex((rate) => rate > maxFpr);
  const [x0, x1, y0, y1] = [fpr[stop - 1], fpr[stop], tpr[stop - 1], tpr[stop]] as [number, number, number, number];
  const edge = y0 + ((y1 - y0) * (maxFpr - x0)) / (x1 - x0);
  const partial = auc([...fpr.slice(0, stop), maxFpr], [...tpr.slice(0, stop), edge]);
  const chance = maxFpr ** 2 / 2;
  return (1 + (partial - chance) / (maxFpr - chance)) / 2;
}
