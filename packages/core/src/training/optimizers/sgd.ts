import { add, mul, sub, type Variable } from '@tensorflow/tfjs-core';
import { checkShare } from '../check-number.js';
import type { UpdateRule } from '../update-rule.js';

/** Settings of {@link sgd}; the defaults are Keras'. */
export interface SgdSettings {
  /** Share of the last step that is taken again, 0–1. Default: 0. */
  readonly momentum?: number | undefined;
  /** Looks one step of momentum ahead. Default: false. */
  readonly nesterov?: boolean | undefined;
}

/**
 * Gradient descent, with momentum if wanted.
 * @throws RangeError for a momentum outside 0–1.
 * @see Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013; Keras `optimizers/sgd.py`
 *   (oracle: oracles/optimizers.py)
 */
export function sgd(settings: SgdSettings = {}): UpdateRule {
  const momentum = checkShare('momentum', settings.momentum ?? 0);
  const { nesterov = false } = settings;
  return {
    slots: momentum === 0 ? [] : ['step'],
    update({ weight, gradient, slots, rate, constant }) {
      const move = mul(gradient, rate);
      const [last] = slots as [Variable | undefined];
      if (last === undefined) {
        weight.assign(sub(weight, move));
        return;
      }
      last.assign(sub(mul(last, constant(momentum)), move));
      weight.assign(add(weight, nesterov ? sub(mul(last, constant(momentum)), move) : last));
    },
  };
}
