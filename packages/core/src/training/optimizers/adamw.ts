import { checkNotNegative } from '../check-number.js';
import type { UpdateRule } from '../update-rule.js';
import { adam, type AdamSettings } from './adam.js';

/** Settings of {@link adamw}; the defaults are Keras'. */
export interface AdamwSettings extends AdamSettings {
  /** Share of each weight that a step of learning rate 1 takes away. Default: 0.004. */
  readonly weightDecay?: number | undefined;
}

/**
 * Adam with decoupled weight decay.
 * @throws RangeError for a weight decay below 0; what {@link adam} throws.
 * @see Loshchilov and Hutter, "Decoupled weight decay regularization", 2019; Keras `optimizers/adamw.py` (oracle: oracles/optimizers.py)
 */
export function adamw({ weightDecay = 0.004, ...settings }: AdamwSettings = {}): UpdateRule {
  return { ...adam(settings), weightDecay: checkNotNegative('weightDecay', weightDecay) };
}
