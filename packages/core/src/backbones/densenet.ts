import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { autoNames } from './auto-names.js';
import type { BackboneDefinition } from './backbone-definition.js';
import { defineBackbone } from './define-backbone.js';
import {
  averagePooling,
  batchNormalization,
  border,
  concatenate,
  convolution,
  maxPooling,
  relu,
  zeroPadding,
} from './layer-vocabulary.js';
import { resnetEpsilon } from './resnet.js';

/** How many layers of growth the stages conv2 to conv5 have. */
type DenseDepths = readonly [conv2: number, conv3: number, conv4: number, conv5: number];

/** The channels that each layer adds. */
const growth = 32;

/** @see Keras `applications/densenet.py`; Huang et al. 2017, "Densely connected convolutional networks" */
export const densenet121 = densenet('densenet121', [6, 12, 24, 16]);
/** @see {@link densenet121} */
export const densenet169 = densenet('densenet169', [6, 12, 32, 32]);
/** @see {@link densenet121} */
export const densenet201 = densenet('densenet201', [6, 12, 48, 32]);

function densenet(name: string, depths: DenseDepths): BackboneDefinition {
  return defineBackbone({
    name,
    inputSize: [224, 224],
    minimumSize: 32,
    preprocessing: 'torch',
    blocks: [
      { name: 'conv1', lastLayer: 'pool1' },
      ...depths.flatMap((depth, stage) => {
        const dense = { name: `conv${stage + 2}`, lastLayer: `conv${stage + 2}_block${depth}_concat` };
        const transition = { name: `pool${stage + 2}`, lastLayer: `pool${stage + 2}_pool` };
        return stage < 3 ? [dense, transition] : [{ ...dense, lastLayer: 'relu' }];
      }),
    ],
    topLayers: ['predictions', 'fc1000'],
    graph(pixels) {
      const x = depths.reduce(addStage, addStem(pixels));
      return relu(normalized(x, 'bn'), 'relu');
    },
  });
}

function addStem(pixels: SymbolicTensor): SymbolicTensor {
  const unnamed = autoNames();
  let x = zeroPadding(pixels, { name: unnamed('zero_padding2d'), padding: border(3) });
  x = unbiased(x, { name: 'conv1_conv', filters: 64, kernelSize: 7, strides: 2, padding: 'valid' });
  x = relu(normalized(x, 'conv1_bn'), 'conv1_relu');
  x = zeroPadding(x, { name: unnamed('zero_padding2d'), padding: border(1) });
  return maxPooling(x, { name: 'pool1', poolSize: 3, strides: 2 });
}

/** A stage of growth; but for the last, a transition halves channels, height and width. */
function addStage(x: SymbolicTensor, depth: number, stage: number): SymbolicTensor {
  for (let layer = 1; layer <= depth; layer += 1) x = addGrowth(x, `conv${stage + 2}_block${layer}`);
  if (stage === 3) return x;
  const pool = `pool${stage + 2}`;
  const filters = Math.floor(Number(x.shape.at(-1)) / 2);
  const narrow = unbiased(relu(normalized(x, `${pool}_bn`), `${pool}_relu`), {
    name: `${pool}_conv`,
    filters,
    kernelSize: 1,
  });
  return averagePooling(narrow, { name: `${pool}_pool`, poolSize: 2, strides: 2 });
}

function addGrowth(x: SymbolicTensor, name: string): SymbolicTensor {
  let y = relu(normalized(x, `${name}_0_bn`), `${name}_0_relu`);
  y = unbiased(y, { name: `${name}_1_conv`, filters: 4 * growth, kernelSize: 1 });
  y = relu(normalized(y, `${name}_1_bn`), `${name}_1_relu`);
  y = unbiased(y, { name: `${name}_2_conv`, filters: growth, kernelSize: 3 });
  return concatenate([x, y], `${name}_concat`);
}

function normalized(x: SymbolicTensor, name: string): SymbolicTensor {
  return batchNormalization(x, { name, epsilon: resnetEpsilon });
}

function unbiased(x: SymbolicTensor, options: Parameters<typeof convolution>[1]): SymbolicTensor {
  return convolution(x, { ...options, useBias: false });
}
