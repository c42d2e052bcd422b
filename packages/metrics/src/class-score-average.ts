import { flag } from './positive-class.js';
import { checkOption } from './refuse.js';
import type { ScoreTable } from './score-table.js';
import { sum } from './sum.js';
import { columnOf, type OneClass } from './threshold-counts.js';

/** How one-against-rest scores of classes become one; `none` keeps them all. */
export type ClassScoreAverage = 'macro' | 'weighted' | 'micro' | 'none';

/** Applies a binary metric to each class against the rest and averages as scikit-learn does. */
export function averageClassScores(
  { classes, truth, n, at }: ScoreTable,
  options: { average: ClassScoreAverage; sampleWeight?: ArrayLike<number> | undefined },
  metric: (input: OneClass) => number,
): number | number[] {
  const { average, sampleWeight } = options;
  checkOption('average', average, ['macro', 'weighted', 'micro', 'none']);
  const width = classes.length;
  if (average === 'micro') {
    const pooled = {
      positive: new Uint8Array(n * width),
      scores: new Float64Array(n * width),
      weights: new Float64Array(n * width),
    };
    for (let i = 0; i < n * width; i++) {
      const sample = Math.floor(i / width);
      pooled.positive[i] = truth[sample] === i % width ? 1 : 0;
      pooled.scores[i] = at(sample, i % width) + 0;
      pooled.weights[i] = sampleWeight ? (sampleWeight[sample] as number) : 1;
    }
    return metric({ ...pooled, sampleWeight: pooled.weights });
  }
  const scores = classes.map((_, column) =>
    metric({ positive: flag(truth, column), scores: columnOf(n, (i) => at(i, column)), sampleWeight }),
  );
  if (average === 'none') return scores;
  const weights = new Float64Array(width).fill(average === 'macro' ? 1 : 0);
  if (average === 'weighted') {
    for (let i = 0; i < n; i++) {
      const code = truth[i] as number;
      weights[code] = (weights[code] as number) + (sampleWeight ? (sampleWeight[i] as number) : 1);
    }
  }
  // A class without samples has no score and, weighted by how common it is, no say.
  const total = sum(scores.map((score, i) => (weights[i] === 0 ? 0 : score * (weights[i] as number))));
  const scale = sum(weights);
  return scale === 0 ? 0 : total / scale;
}
