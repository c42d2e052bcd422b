import { describeImage } from '../image.js';
import type { Prediction } from '../model/prediction.js';
import type { Evaluation } from './evaluate.js';

// As metrics of probabilities have it: float32 arithmetic passes.
const sumTolerance = 1e-5;

/** A prediction's scores in the order of the classes. */
export function scoreRow({ scores }: Prediction, classNames: readonly string[]): number[] {
  return classNames.map((name) => scores[name] ?? 0);
}

/** Says of which image the scores do not sum to 1; undefined if all do. */
export function notAProbability({ predictions, classNames }: Evaluation): string | undefined {
  for (const prediction of predictions) {
    const sum = scoreRow(prediction, classNames).reduce((total, score) => total + score, 0);
    if (Math.abs(sum - 1) <= sumTolerance) continue;
    const name = describeImage(prediction.source);
    return `the scores of ${name} sum to ${sum.toFixed(4)}`;
  }
  return undefined;
}
