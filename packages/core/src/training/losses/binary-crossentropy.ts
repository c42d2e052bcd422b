import { div, sigmoid, sub } from '@tensorflow/tfjs-core';
import { checkShare } from '../check-number.js';
import type { Loss } from './loss.js';
import { smoothTarget, smoothTargets } from './smooth-labels.js';

/** Settings of {@link binaryCrossentropy}. */
export interface BinaryCrossentropySettings {
  /** Share of each target that is moved to one half, 0–1. Default: 0. */
  readonly labelSmoothing?: number | undefined;
}

/**
 * Cross-entropy of a sigmoid for each class on its own, one against the rest; the mean over classes.
 * @throws RangeError for a label smoothing outside 0–1.
 * @see Keras `BinaryCrossentropy(from_logits=True)` (oracle: oracles/losses.py)
 */
export function binaryCrossentropy(settings: BinaryCrossentropySettings = {}): Loss {
  const smoothing = checkShare('labelSmoothing', settings.labelSmoothing ?? 0);
  return {
    name: 'binaryCrossentropy',
    activation: 'sigmoid',
    value(logits, target) {
      let loss = 0;
      for (const [i, share] of smoothTarget(target, { smoothing, towards: 0.5 }).entries()) {
        const logit = logits[i] as number;
        loss += Math.max(logit, 0) - logit * share + Math.log1p(Math.exp(-Math.abs(logit)));
      }
      return loss / logits.length;
    },
    gradient: (logits, targets) =>
      div(sub(sigmoid(logits), smoothTargets(targets, { smoothing, towards: 0.5 })), targets.shape.at(-1) as number),
  };
}
