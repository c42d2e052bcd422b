import { add, div, maximum, mul, sqrt, square, sub, type Variable } from '@tensorflow/tfjs-core';
import { checkPositive, checkShare } from '../check-number.js';
import type { UpdateRule } from '../update-rule.js';
import { updateInOnePass } from './adam-kernel.js';

/** Settings of {@link adam}; the defaults are Keras'. */
export interface AdamSettings {
  /** Decay of the mean of gradients, 0–1. Default: 0.9. */
  readonly beta1?: number | undefined;
  /** Decay of the mean of squared gradients, 0–1. Default: 0.999. */
  readonly beta2?: number | undefined;
  /** Added to the root of the mean of squares, outside the bias correction, as Keras has it. Default: 1e-7. */
  readonly epsilon?: number | undefined;
  /** Divides by the largest mean of squares so far. Default: false. */
  readonly amsgrad?: boolean | undefined;
}

/**
 * Adam with Keras' update rule.
 * @throws RangeError for a decay outside 0–1 or an epsilon of 0 or below.
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", 2015; Keras `optimizers/adam.py` (oracle: oracles/optimizers.py)
 */
export function adam(settings: AdamSettings = {}): UpdateRule {
  const { amsgrad = false } = settings;
  const beta1 = checkShare('beta1', settings.beta1 ?? 0.9);
  const beta2 = checkShare('beta2', settings.beta2 ?? 0.999);
  const epsilon = checkPositive('epsilon', settings.epsilon ?? 1e-7);
  return {
    slots: amsgrad ? ['mean', 'squares', 'largest'] : ['mean', 'squares'],
    correction: (step) => Math.sqrt(1 - beta2 ** (step + 1)) / (1 - beta1 ** (step + 1)),
    update({ weight, gradient, slots, rate, constant }) {
      if (!amsgrad && updateInOnePass({ weight, gradient, slots, rate }, { beta1, beta2, epsilon })) return;
      const [mean, squares, largest] = slots as [Variable, Variable, Variable | undefined];
      mean.assign(add(mean, mul(sub(gradient, mean), constant(1 - beta1))));
      squares.assign(add(squares, mul(sub(square(gradient), squares), constant(1 - beta2))));
      largest?.assign(maximum(largest, squares));
      weight.assign(sub(weight, div(mul(mean, rate), add(sqrt(largest ?? squares), constant(epsilon)))));
    },
  };
}
