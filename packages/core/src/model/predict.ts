import type { FeatureTable } from '../features/feature-table.js';
import { runOverTable } from '../features/run-over-table.js';
import type { ImageReference } from '../image.js';
import type { NetworkRunner } from '../network/run-network.js';
import { describeScores, type Prediction } from './prediction.js';

/** Scores each sample of a table with the suffix. */
export async function predictTable(
  table: FeatureTable,
  context: {
    readonly suffix: NetworkRunner;
    readonly classNames: readonly string[];
    readonly sources: readonly ImageReference[];
  },
): Promise<Prediction[]> {
  const { suffix, classNames, sources } = context;
  const predictions: Prediction[] = [];
  for await (const { from, count, values: scores } of runOverTable(suffix, table)) {
    for (let row = 0; row < count; row++) {
      const values = scores.subarray(row * classNames.length, (row + 1) * classNames.length);
      predictions.push(describeScores(values, { classNames, source: sources[from + row] as ImageReference }));
    }
  }
  return predictions;
}
