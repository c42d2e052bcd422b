import { softmax, sub } from '@tensorflow/tfjs-core';
import { checkShare } from '../check-number.js';
import { logSoftmax, type Loss } from './loss.js';
import { smoothTarget, smoothTargets } from './smooth-labels.js';

/** Settings of {@link categoricalCrossentropy}. */
export interface CategoricalCrossentropySettings {
  /** Share of each target that is spread evenly over the classes, 0–1. Default: 0. */
  readonly labelSmoothing?: number | undefined;
}

/**
 * Cross-entropy of a softmax: one class is right.
 * @throws RangeError for a label smoothing outside 0–1.
 * @see Keras `CategoricalCrossentropy(from_logits=True)` (oracle: oracles/losses.py)
 */
export function categoricalCrossentropy(settings: CategoricalCrossentropySettings = {}): Loss {
  const smoothing = checkShare('labelSmoothing', settings.labelSmoothing ?? 0);
  return {
    name: 'categoricalCrossentropy',
    activation: 'softmax',
    value(logits, target) {
      const logScores = logSoftmax(logits);
      let loss = 0;
      for (const [i, share] of smoothTarget(target, { smoothing, towards: 1 / target.length }).entries()) {
        // A class of no share adds nothing, not even where its score is 0.
        if (share !== 0) loss -= share * (logScores[i] as number);
      }
      return loss;
    },
    gradient: (logits, targets) =>
      sub(softmax(logits), smoothTargets(targets, { smoothing, towards: 1 / (targets.shape.at(-1) as number) })),
  };
}
