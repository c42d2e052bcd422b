import { auc } from './auc.js';
import { rocPoints } from './roc-curve.js';
import { countScores, type OneClass, type ThresholdCounts, visitThresholds } from './threshold-counts.js';

/** Area under the ROC curve of one class against others, from checked input; NaN if either side is empty. */
export function binaryRocAuc(input: OneClass & { readonly maxFpr?: number | null | undefined }): number {
  const { maxFpr } = input;
  if ((maxFpr ?? 1) < 1) return partialArea(countScores(input), maxFpr as number);
  let area = 0;
  let fp = 0;
  let tp = 0;
  visitThresholds(input, (falsePositives, truePositives) => {
    area += (falsePositives - fp) * (truePositives + tp);
    fp = falsePositives;
    tp = truePositives;
  });
  return area / 2 / fp / tp;
}

/** Area left of `maxFpr`, scaled so that chance is 0.5 and perfection 1 (McClish 1989). */
function partialArea(counts: ThresholdCounts, maxFpr: number): number {
  const { fpr, tpr } = rocPoints(counts, false);
  const stop = fpr.findIndex((rate) => rate > maxFpr);
  const [x0, x1, y0, y1] = [fpr[stop - 1], fpr[stop], tpr[stop - 1], tpr[stop]] as [number, number, number, number];
  const edge = y0 + ((y1 - y0) * (maxFpr - x0)) / (x1 - x0);
  const partial = auc([...fpr.slice(0, stop), maxFpr], [...tpr.slice(0, stop), edge]);
  const chance = maxFpr ** 2 / 2;
  return (1 + (partial - chance) / (maxFpr - chance)) / 2;
}
