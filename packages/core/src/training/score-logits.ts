import type { Loss } from './losses/loss.js';

/** Sums over some samples; divide by `count` for means. */
export interface ScoreSums {
  readonly loss: number;
  readonly correct: number;
  readonly count: number;
}

/** Outputs of a suffix before its last activation, and what they should be. */
export interface ScoredLogits {
  /** Shape `[n, classes]`, row by row. */
  readonly logits: Float32Array;
  /** Shares of the classes, shape `[n, classes]`. */
  readonly targets: Float32Array;
  readonly classes: number;
  /** What each sample's loss counts. Default: 1 each. */
  readonly weights?: Float32Array | undefined;
}

/** Loss and hits of logits, in double precision. Hits are not weighted, as Keras' accuracy is not. */
export function scoreLogits(loss: Loss, { logits, targets, classes, weights }: ScoredLogits): ScoreSums {
  const count = targets.length / classes;
  let total = 0;
  let correct = 0;
  for (let row = 0; row < count; row++) {
    const values = logits.subarray(row * classes, (row + 1) * classes);
    const target = targets.subarray(row * classes, (row + 1) * classes);
    total += loss.value(values, target) * (weights?.[row] ?? 1);
    if (indexOfHighest(values) === indexOfHighest(target)) correct += 1;
  }
  return { loss: total, correct, count };
}

/** The first place of the highest value. */
export function indexOfHighest(values: Float32Array): number {
  let highest = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[highest] as number)) highest = i;
  return highest;
}
