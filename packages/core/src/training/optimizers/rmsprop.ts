import { add, div, mul, sqrt, square, sub, type Variable } from '@tensorflow/tfjs-core';
import { checkPositive, checkShare } from '../check-number.js';
import type { UpdateRule } from '../update-rule.js';

/** Settings of {@link rmsprop}; the defaults are Keras'. */
export interface RmspropSettings {
  /** Decay of the mean of squared gradients, 0–1. Default: 0.9. */
  readonly rho?: number | undefined;
  /** Share of the last step that is taken again, 0–1. Default: 0. */
  readonly momentum?: number | undefined;
  /** Added to the mean of squares, under the root. Default: 1e-7. */
  readonly epsilon?: number | undefined;
  /** Divides by the gradients' variance, not by their mean square. Default: false. */
  readonly centered?: boolean | undefined;
}

/**
 * RMSprop with Keras' update rule.
 * @throws RangeError for a share outside 0–1 or an epsilon of 0 or below.
 * @see Hinton, "Neural networks for machine learning", lecture 6e; Keras `optimizers/rmsprop.py` (oracle: oracles/optimizers.py)
 */
export function rmsprop(settings: RmspropSettings = {}): UpdateRule {
  const rho = checkShare('rho', settings.rho ?? 0.9);
  const momentum = checkShare('momentum', settings.momentum ?? 0);
  const epsilon = checkPositive('epsilon', settings.epsilon ?? 1e-7);
  const { centered = false } = settings;
  return {
    slots: ['squares', ...(momentum === 0 ? [] : ['step']), ...(centered ? ['mean'] : [])],
    update({ weight, gradient, slots, rate, constant }) {
      const squares = slots[0] as Variable;
      const last = momentum === 0 ? undefined : slots[1];
      const mean = centered ? slots.at(-1) : undefined;
      const follow = (average: Variable, value: typeof gradient): void =>
        average.assign(add(mul(constant(rho), average), mul(constant(1 - rho), value)));
      follow(squares, square(gradient));
      if (mean !== undefined) follow(mean, gradient);
      const spread = mean === undefined ? squares : sub(squares, square(mean));
      const move = div(mul(rate, gradient), sqrt(add(spread, constant(epsilon))));
      if (last === undefined) {
        weight.assign(sub(weight, move));
        return;
      }
      last.assign(add(mul(constant(momentum), last), move));
      weight.assign(sub(weight, last));
    },
  };
}
