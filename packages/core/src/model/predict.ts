import type { FeatureTable } from '../features/feature-table.js';
import { runOverTable } from '../features/run-over-table.js';
import type { ImageReference } from '../image.js';
import type { NetworkRunner } from '../network/run-network.js';
import { describeViews, type Prediction } from './prediction.js';
import type { ScoreCalibration } from './score-calibration.js';

/** Scores each sample of a table with the suffix: the mean over its views. */
export async function predictTable(
  table: FeatureTable,
  context: {
    readonly suffix: NetworkRunner;
    readonly classNames: readonly string[];
    readonly sources: readonly ImageReference[];
    readonly calibration?: ScoreCalibration | undefined;
  },
): Promise<Prediction[]> {
  const { suffix, classNames, sources, calibration } = context;
  const predictions: Prediction[] = [];
  for await (const { from, count, values } of runOverTable(suffix, table, { everyView: true })) {
    const row = (index: number) => values.subarray(index * classNames.length, (index + 1) * classNames.length);
    for (let sample = 0; sample < count; sample++) {
      const views = Array.from({ length: table.views }, (_, view) => row(sample * table.views + view));
      const source = sources[from + sample] as ImageReference;
      predictions.push(describeViews(views, { classNames, source, calibration }));
    }
  }
  return predictions;
}
