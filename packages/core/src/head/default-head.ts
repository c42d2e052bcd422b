import { layers } from '@tensorflow/tfjs-layers';
import { checkShare } from '../training/check-number.js';
import type { HeadDefinition } from './head-definition.js';
import { pooledClassifier } from './pooled-classifier.js';

/** Settings of {@link defaultHead}. */
export interface DefaultHeadSettings {
  /** Share of the features dropped in training, from 0 to below 1. Default: 0.2. */
  readonly dropout?: number | undefined;
}

/**
 * Global average pooling, features centred and brought to one scale, dropout, one dense layer that starts from zeros.
 * The scale makes one learning rate serve every backbone.
 * @see docs/decisions/0020-heads.md for what else was tried
 */
export function defaultHead({ dropout = 0.2 }: DefaultHeadSettings = {}): Omit<HeadDefinition, 'name'> {
  const rate = checkShare('dropout', dropout);
  return {
    build: pooledClassifier({
      standardize: true,
      between: () => [layers.dropout({ rate, name: 'head_dropout' })],
    }),
  };
}
