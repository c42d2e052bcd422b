import { runOverTable } from '../features/run-over-table.js';
import type { NetworkRunner } from '../network/run-network.js';
import { logSoftmax, type Loss } from './losses/loss.js';
import { indexOfHighest, scoreLogits } from './score-logits.js';
import { oneHotTargets, type ValidationSet } from './training-set.js';
import type { ValidationMetric } from './validation-metric.js';

/** Figures on a validation set, by their keys in the log. */
export type ValidationFigures = Readonly<{ valLoss: number; valAccuracy: number } & Record<string, number>>;

/** Loss, accuracy and metrics of a suffix on a set, as inference. */
export async function measureSuffix(
  suffix: NetworkRunner,
  set: ValidationSet,
  { loss, metrics }: { readonly loss: Loss; readonly metrics: readonly ValidationMetric[] },
): Promise<ValidationFigures> {
  const total = { loss: 0, correct: 0, count: 0 };
  const yPred: number[] = [];
  const yScore: number[][] = [];
  for await (const { from, count, values: logits } of runOverTable(suffix, set.table, {
    until: suffix.logitsLayer,
  })) {
    const classes = logits.length / count;
    const targets = oneHotTargets(set.labels.slice(from, from + count), classes);
    const part = scoreLogits(loss, { logits, targets, classes });
    total.loss += part.loss;
    total.correct += part.correct;
    total.count += part.count;
    if (metrics.length === 0) continue;
    for (let row = 0; row < count; row++) {
      const values = logits.subarray(row * classes, (row + 1) * classes);
      yPred.push(indexOfHighest(values));
      yScore.push(scoresOf(values, loss.activation));
    }
  }
  const outcome = { yTrue: set.labels, yPred, yScore };
  return {
    valLoss: total.loss / total.count,
    valAccuracy: total.correct / total.count,
    ...Object.fromEntries(metrics.map((metric) => [metric.name, metric.compute(outcome)])),
  };
}

function scoresOf(logits: Float32Array, activation: Loss['activation']): number[] {
  return activation === 'softmax'
    ? Array.from(logSoftmax(logits), Math.exp)
    : Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
}
