import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { solvedLayer, type HeadDefinition } from './head-definition.js';

/** The 2020 notebook's head: 4×4 average pooling, 64 hidden units, half of them dropped in training. */
export function notebookHead(): Omit<HeadDefinition, 'name'> {
  return {
    build(features, { classes }) {
      const steps = [
        layers.averagePooling2d({ poolSize: [4, 4], name: 'head_pool' }),
        layers.flatten({ name: 'head_flatten' }),
        layers.dense({ units: 64, activation: 'relu', name: 'head_hidden' }),
        layers.dropout({ rate: 0.5, name: 'head_dropout' }),
        layers.dense({ units: classes, name: solvedLayer }),
        layers.softmax({ name: 'scores' }),
      ];
      return steps.reduce((value, layer) => layer.apply(value) as SymbolicTensor, features);
    },
  };
}
