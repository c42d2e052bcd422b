import { describeImage, type Prediction } from '@graft-ml/core';
import type { LabelledPrediction } from '@graft-ml/core/evaluation';
import { writeFileAtomically } from '../artifacts/write-file-atomically.js';
import { csvText } from './csv-text.js';

/**
 * Writes predictions as CSV: `path`, `y_true` where known, `y_pred`, `score_<class>` for each class; the columns that
 * `graft metrics` reads.
 *
 * @example `await writePredictionsCsv('predictions.csv', { classNames: dataset.classNames, predictions });`
 */
export async function writePredictionsCsv(
  file: string,
  content: {
    readonly classNames: readonly string[];
    readonly predictions: readonly (Prediction | LabelledPrediction)[];
  },
): Promise<void> {
  const { classNames, predictions } = content;
  const labelled = predictions.some((prediction) => 'trueLabel' in prediction);
  const header = ['path', ...(labelled ? ['y_true'] : []), 'y_pred', ...classNames.map((name) => `score_${name}`)];
  const rows = predictions.map((prediction) => [
    describeImage(prediction.source),
    ...(labelled ? ['trueLabel' in prediction ? prediction.trueLabel : ''] : []),
    prediction.label,
    ...classNames.map((name) => String(prediction.scores[name])),
  ]);
  await writeFileAtomically(file, new TextEncoder().encode(csvText([header, ...rows])));
}
