import { checkOption } from './refuse.js';
import type { ScoreTable } from './score-table.js';
import { sum } from './sum.js';
import type { OneClass } from './threshold-counts.js';

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
    return metric({
      isPositive: (i) => truth[Math.floor(i / width)] === i % width,
      scores: Float64Array.from({ length: n * width }, (_, i) => at(Math.floor(i / width), i % width) + 0),
      sampleWeight:
        sampleWeight &&
        Float64Array.from({ length: n * width }, (_, i) => sampleWeight[Math.floor(i / width)] as number),
    });
  }
  const scores = classes.map((_, column) =>
    metric({
      isPositive: (i) => truth[i] === column,
      scores: Float64Array.from({ length: n }, (__, i) => at(i, column) + 0),
      sampleWeight,
    }),
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
