import {
  logSoftmax as logSoftmaxOf,
  exp,
  mul,
  maximum,
  pow,
  sub,
  sum,
  tensor1d,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { checkNotNegative, checkPositive, checkShare } from '../check-number.js';
import { logSoftmax, type Loss } from './loss.js';
import { smoothTarget, smoothTargets } from './smooth-labels.js';

/** Settings of {@link categoricalFocalCrossentropy}; the defaults are Keras'. */
export interface CategoricalFocalCrossentropySettings {
  /** How little samples count that are classified well already, 0 or more; 0 is plain cross-entropy. Default: 2. */
  readonly gamma?: number | undefined;
  /** What each class counts, above 0: one number for all, or one for each in the order of `classNames`. Default: 0.25. */
  readonly alpha?: number | readonly number[] | undefined;
  /** Share of each target that is spread evenly over the classes, 0–1. Default: 0. */
  readonly labelSmoothing?: number | undefined;
}

// Keras keeps scores this far from 0 and 1.
const margin = 1e-7;

/**
 * Cross-entropy that counts hard samples more: `−Σ alpha · (1 − score)^gamma · target · log(score)`.
 * @throws RangeError for a setting out of range.
 * @see Lin et al., "Focal loss for dense object detection", 2017; Keras `CategoricalFocalCrossentropy` (oracle: oracles/losses.py)
 */
export function categoricalFocalCrossentropy(settings: CategoricalFocalCrossentropySettings = {}): Loss {
  const gamma = checkNotNegative('gamma', settings.gamma ?? 2);
  const smoothing = checkShare('labelSmoothing', settings.labelSmoothing ?? 0);
  const { alpha = 0.25 } = settings;
  for (const weight of [alpha].flat()) checkPositive('alpha', weight);
  const alphas = (classes: number): readonly number[] => {
    const list = typeof alpha === 'number' ? Array.from({ length: classes }, () => alpha) : alpha;
    if (list.length !== classes) {
      throw new RangeError(
        `alpha has ${list.length} numbers for ${classes} classes; give one for each, or one for all`,
      );
    }
    return list;
  };
  return {
    name: 'categoricalFocalCrossentropy',
    activation: 'softmax',
    value(logits, target) {
      const weights = alphas(target.length);
      const logScores = logSoftmax(logits);
      let loss = 0;
      for (const [i, share] of smoothTarget(target, { smoothing, towards: 1 / target.length }).entries()) {
        const score = Math.min(Math.max(Math.exp(logScores[i] as number), margin), 1 - margin);
        loss -= (weights[i] as number) * share * (1 - score) ** gamma * Math.log(score);
      }
      return loss;
    },
    gradient(logits, targets) {
      const classes = targets.shape.at(-1) as number;
      const shares = mul(smoothTargets(targets, { smoothing, towards: 1 / classes }), tensor1d([...alphas(classes)]));
      const logScores = logSoftmaxOf(logits);
      const scores = exp(logScores);
      const misses = maximum(sub(1, scores), margin);
      // d loss / d log(score), by the product rule.
      const growing = mul(mul(pow(misses, gamma - 1), mul(scores, logScores)), gamma);
      const byLogScore: Tensor = mul(shares, sub(growing, pow(misses, gamma)));
      return sub(byLogScore, mul(scores, sum(byLogScore, -1, true)));
    },
  };
}
