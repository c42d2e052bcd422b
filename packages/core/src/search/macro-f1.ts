import { f1Score } from '@graft-ml/metrics';
import type { Evaluation } from '../evaluation/evaluate.js';

/** Mean of the classes' F1 scores, 0–1; a class that is neither there nor predicted counts 0. */
export function macroF1Of({ predictions, classNames }: Evaluation): number {
  const yTrue = predictions.map(({ trueLabel }) => trueLabel);
  const yPred = predictions.map(({ label }) => label);
  return f1Score(yTrue, yPred, { average: 'macro', labels: [...classNames], zeroDivision: 0 });
}
