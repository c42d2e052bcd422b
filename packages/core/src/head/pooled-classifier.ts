import { layers, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { solvedLayer, type HeadDefinition } from './head-definition.js';
import { standardizeLayer } from './standardize.js';

type Layer = LayersModel['layers'][number];

/** What stands between pooling and logits. */
export interface PooledClassifierOptions {
  /** Standardise the pooled features by the training set's figures. */
  readonly standardize: boolean;
  /** Layers on the way. None by default. */
  readonly between?: (() => readonly Layer[]) | undefined;
  /**
   * What the layer of logits starts from. `zeros` (default): every class alike; a single layer needs no other start, and what a
   * random one would leave in features without a say is noise. `seeded`, where hidden layers are to learn from the first step.
   */
  readonly start?: 'zeros' | 'seeded' | undefined;
}

/** Global average pooling, what is in between, one dense layer, softmax: the frame of most heads. */
export function pooledClassifier(options: PooledClassifierOptions): HeadDefinition['build'] {
  const { standardize, between, start = 'zeros' } = options;
  const kernel = start === 'zeros' ? { kernelInitializer: 'zeros' as const } : {};
  return (features, { classes }) => {
    const steps = [
      layers.globalAveragePooling2d({ name: 'head_pool' }),
      ...(standardize ? [standardizeLayer('head_standardize')] : []),
      ...(between?.() ?? []),
      layers.dense({ units: classes, name: solvedLayer, ...kernel }),
      layers.softmax({ name: 'scores' }),
    ];
    return steps.reduce((value, layer) => layer.apply(value) as SymbolicTensor, features);
  };
}
