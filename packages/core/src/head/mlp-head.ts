import { layers } from '@tensorflow/tfjs-layers';
import { checkChoice } from './check-choice.js';
import { checkShare } from '../training/check-number.js';
import type { HeadDefinition } from './head-definition.js';
import { pooledClassifier } from './pooled-classifier.js';

const activations = ['elu', 'gelu', 'linear', 'relu', 'selu', 'sigmoid', 'softplus', 'swish', 'tanh'] as const;

/** What a hidden unit makes of its sum. */
export type HiddenActivation = (typeof activations)[number];

/** Settings of {@link mlpHead}. */
export interface MlpHeadSettings {
  /** Units of each hidden layer, in order. Default: `[128]`. */
  readonly hidden?: readonly number[] | number | undefined;
  /** Share of each hidden layer's units dropped in training, from 0 to below 1. Default: 0.5. */
  readonly dropout?: number | undefined;
  /** Default: `relu`. */
  readonly activation?: HiddenActivation | undefined;
}

/** A multi-layer perceptron on standardised, globally average-pooled features. */
export function mlpHead(settings: MlpHeadSettings = {}): Omit<HeadDefinition, 'name'> {
  const { hidden = [128], dropout = 0.5, activation = 'relu' } = settings;
  const sizes = typeof hidden === 'number' ? [hidden] : hidden;
  if (sizes.length === 0 || sizes.some((size) => !Number.isInteger(size) || size < 1)) {
    throw new RangeError(`hidden is ${JSON.stringify(hidden)}; expected one or more whole numbers from 1`);
  }
  checkChoice('activation', activation, activations);
  const rate = checkShare('dropout', dropout);
  return {
    build: pooledClassifier({
      standardize: true,
      start: 'seeded',
      between: () =>
        sizes.flatMap((units, index) => [
          layers.dense({ units, activation, name: `head_hidden_${index + 1}` }),
          layers.dropout({ rate, name: `head_dropout_${index + 1}` }),
        ]),
    }),
  };
}
