import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { HeadDefinition } from './head-definition.js';
import { standardizeLayer } from './standardize.js';

/**
 * Global average pooling, standardised features, dropout, one dense layer.
 * Standardising makes one learning rate serve every backbone, whatever the scale of its features.
 */
export const defaultHead: HeadDefinition = {
  name: 'default',
  build(features, { classes }) {
    const steps = [
      layers.globalAveragePooling2d({ name: 'head_pool' }),
      standardizeLayer('head_standardize'),
      layers.dropout({ rate: 0.2, name: 'head_dropout' }),
      layers.dense({ units: classes, name: 'head_logits' }),
      layers.softmax({ name: 'scores' }),
    ];
    return steps.reduce((value, layer) => layer.apply(value) as SymbolicTensor, features);
  },
};
