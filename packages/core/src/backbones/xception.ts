import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { autoNames, type AutoNames } from './auto-names.js';
import { defineBackbone } from './define-backbone.js';
import { add, batchNormalization, convolution, maxPooling, relu, separableConvolution } from './layer-vocabulary.js';

interface SeparableBlock {
  readonly name: string;
  /** Filters of its separable convolutions; an activation stands before each, but for the network's very first. */
  readonly filters: readonly number[];
  /** Whether it halves height and width, its shortcut then being a convolution. */
  readonly shrinks: boolean;
}

const middle = Array.from({ length: 8 }, (_, index) => ({
  name: `block${index + 5}`,
  filters: [728, 728, 728],
  shrinks: false,
}));

const residualBlocks: readonly SeparableBlock[] = [
  { name: 'block2', filters: [128, 128], shrinks: true },
  { name: 'block3', filters: [256, 256], shrinks: true },
  { name: 'block4', filters: [728, 728], shrinks: true },
  ...middle,
  { name: 'block13', filters: [728, 1024], shrinks: true },
];

/** @see Keras `applications/xception.py`; Chollet 2017, "Xception" */
export const xception = defineBackbone({
  name: 'xception',
  inputSize: [299, 299],
  minimumSize: 71,
  preprocessing: 'tf',
  blocks: [
    { name: 'block1', lastLayer: 'block1_conv2_act' },
    // Keras leaves the sums unnamed, so that they count on.
    ...residualBlocks.map(({ name }, index) => ({ name, lastLayer: index === 0 ? 'add' : `add_${index}` })),
    { name: 'block14', lastLayer: 'block14_sepconv2_act' },
  ],
  topLayers: ['predictions'],
  graph(pixels) {
    const unnamed = autoNames();
    const valid = { kernelSize: 3, padding: 'valid', useBias: false } as const;
    let x = convolution(pixels, { name: 'block1_conv1', filters: 32, strides: 2, ...valid });
    x = relu(batchNormalization(x, { name: 'block1_conv1_bn' }), 'block1_conv1_act');
    x = convolution(x, { name: 'block1_conv2', filters: 64, ...valid });
    x = relu(batchNormalization(x, { name: 'block1_conv2_bn' }), 'block1_conv2_act');
    x = residualBlocks.reduce((value, block) => addBlock(value, block, unnamed), x);
    x = relu(separable(x, { name: 'block14_sepconv1', filters: 1536 }), 'block14_sepconv1_act');
    return relu(separable(x, { name: 'block14_sepconv2', filters: 2048 }), 'block14_sepconv2_act');
  },
});

function addBlock(x: SymbolicTensor, { name, filters, shrinks }: SeparableBlock, unnamed: AutoNames): SymbolicTensor {
  const shortcut = shrinks ? narrowed(x, { filters: filters.at(-1) ?? 0, unnamed }) : x;
  let y = x;
  for (const [index, count] of filters.entries()) {
    const step = `${name}_sepconv${index + 1}`;
    const activeAlready = name === 'block2' && index === 0;
    y = separable(activeAlready ? y : relu(y, `${step}_act`), { name: step, filters: count });
  }
  if (shrinks) y = maxPooling(y, { name: `${name}_pool`, poolSize: 3, strides: 2, padding: 'same' });
  return add([y, shortcut], unnamed('add'));
}

function narrowed(x: SymbolicTensor, { filters, unnamed }: { filters: number; unnamed: AutoNames }): SymbolicTensor {
  const options = { name: unnamed('conv2d'), filters, kernelSize: 1, strides: 2, useBias: false };
  return batchNormalization(convolution(x, options), { name: unnamed('batch_normalization') });
}

function separable(x: SymbolicTensor, { name, filters }: { name: string; filters: number }): SymbolicTensor {
  const y = separableConvolution(x, { name, filters, kernelSize: 3, useBias: false });
  return batchNormalization(y, { name: `${name}_bn` });
}
