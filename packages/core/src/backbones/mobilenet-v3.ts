import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { HardSwish } from '../layers/hard-activations.js';
import { KeepdimsAveragePooling } from '../layers/keepdims-pooling.js';
import { autoNames, type AutoNames } from './auto-names.js';
import type { BackboneDefinition } from './backbone-definition.js';
import { defineBackbone } from './define-backbone.js';
import {
  activation,
  add,
  batchNormalization,
  convolution,
  depthwiseConvolution,
  multiply,
  relu,
  relu6,
  stridePadding,
  zeroPadding,
} from './layer-vocabulary.js';
import { rescaling } from './input-scaling.js';
import { mobilenetNormalization } from './mobilenet-v2.js';
import { roundChannels } from './round-channels.js';

type Nonlinearity = 'relu' | 'hard_swish';

/** `expansion`: how many times more channels it has inside; `squeeze`: whether it weighs its channels (squeeze and excite). */
type BlockRow = readonly [
  expansion: number,
  filters: number,
  kernelSize: 3 | 5,
  strides: 1 | 2,
  squeeze: boolean,
  nonlinearity: Nonlinearity,
];

// prettier-ignore
const smallRows: readonly BlockRow[] = [
  [1, 16, 3, 2, true, 'relu'],
  [72 / 16, 24, 3, 2, false, 'relu'],
  [88 / 24, 24, 3, 1, false, 'relu'],
  [4, 40, 5, 2, true, 'hard_swish'],
  [6, 40, 5, 1, true, 'hard_swish'],
  [6, 40, 5, 1, true, 'hard_swish'],
  [3, 48, 5, 1, true, 'hard_swish'],
  [3, 48, 5, 1, true, 'hard_swish'],
  [6, 96, 5, 2, true, 'hard_swish'],
  [6, 96, 5, 1, true, 'hard_swish'],
  [6, 96, 5, 1, true, 'hard_swish'],
];

// prettier-ignore
const largeRows: readonly BlockRow[] = [
  [1, 16, 3, 1, false, 'relu'],
  [4, 24, 3, 2, false, 'relu'],
  [3, 24, 3, 1, false, 'relu'],
  [3, 40, 5, 2, true, 'relu'],
  [3, 40, 5, 1, true, 'relu'],
  [3, 40, 5, 1, true, 'relu'],
  [6, 80, 3, 2, false, 'hard_swish'],
  [2.5, 80, 3, 1, false, 'hard_swish'],
  [2.3, 80, 3, 1, false, 'hard_swish'],
  [2.3, 80, 3, 1, false, 'hard_swish'],
  [6, 112, 3, 1, true, 'hard_swish'],
  [6, 112, 3, 1, true, 'hard_swish'],
  [6, 160, 5, 2, true, 'hard_swish'],
  [6, 160, 5, 1, true, 'hard_swish'],
  [6, 160, 5, 1, true, 'hard_swish'],
];

/** @see Keras `applications/mobilenet_v3.py`; Howard et al. 2019, "Searching for MobileNetV3" */
export const mobilenetv3small = mobilenetV3('small', smallRows);
/** @see {@link mobilenetv3small} */
export const mobilenetv3large = mobilenetV3('large', largeRows);

interface SqueezeBlock {
  /** As its layers' names begin. */
  readonly name: string;
  readonly inputs: number;
  readonly expanded: number;
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides: number;
  readonly squeeze: boolean;
  readonly nonlinearity: Nonlinearity;
}

function mobilenetV3(size: 'small' | 'large', rows: readonly BlockRow[]): BackboneDefinition {
  const blocks = rows.map((row, index) => describeBlock(row, { index, inputs: rows[index - 1]?.[1] ?? 16 }));
  const channels = blocks.at(-1)?.filters ?? 0;
  return defineBackbone({
    name: `mobilenetv3${size}`,
    inputSize: [224, 224],
    minimumSize: 32,
    // The network's first layer scales the pixels.
    preprocessing: 'none',
    blocks: [
      { name: 'conv', lastLayer: 'activation' },
      ...blocks.slice(0, -1).map((block) => ({ name: block.name, lastLayer: lastLayerOf(block) })),
      { name: blocks.at(-1)?.name ?? '', lastLayer: lastActivation(rows) },
    ],
    topLayers: ['conv_2', 'logits', 'Conv_2', 'Logits'],
    graph(pixels) {
      const unnamed = autoNames();
      const conv = { name: 'conv', filters: 16, kernelSize: 3, strides: 2, useBias: false };
      const scaled = rescaling(pixels, { name: unnamed('rescaling'), scale: 1 / 127.5, offset: -1 });
      const stem = activated(normalized(convolution(scaled, conv), 'conv_bn'), 'hard_swish', unnamed);
      const x = blocks.reduce((value, block) => addBlock(value, block, unnamed), stem);
      const last = { name: 'conv_1', filters: roundChannels(channels * 6), kernelSize: 1, useBias: false };
      return activated(normalized(convolution(x, last), 'conv_1_bn'), 'hard_swish', unnamed);
    },
  });
}

function describeBlock(row: BlockRow, { index, inputs }: { index: number; inputs: number }): SqueezeBlock {
  const [expansion, filters, kernelSize, strides, squeeze, nonlinearity] = row;
  const name = index === 0 ? 'expanded_conv' : `expanded_conv_${index}`;
  const expanded = roundChannels(inputs * expansion);
  return { name, inputs, expanded, filters, kernelSize, strides, squeeze, nonlinearity };
}

/** A block has a shortcut if it gives what it takes. */
function hasShortcut({ inputs, filters, strides }: SqueezeBlock): boolean {
  return strides === 1 && inputs === filters;
}

function lastLayerOf(block: SqueezeBlock): string {
  return hasShortcut(block) ? `${block.name}_add` : `${block.name}_project_bn`;
}

/** Keras leaves these layers unnamed, so that they count on: two for each block, one before and one after all. */
function lastActivation(rows: readonly BlockRow[]): string {
  const swishing = rows.filter(([, , , , , nonlinearity]) => nonlinearity === 'hard_swish').length;
  return `activation_${2 * swishing + 1}`;
}

function addBlock(x: SymbolicTensor, block: SqueezeBlock, unnamed: AutoNames): SymbolicTensor {
  const { name, expanded, filters, kernelSize, strides, nonlinearity } = block;
  const padding = strides === 1 ? 'same' : 'valid';
  let y = x;
  if (name !== 'expanded_conv') {
    y = convolution(y, { name: `${name}_expand`, filters: expanded, kernelSize: 1, useBias: false });
    y = activated(normalized(y, `${name}_expand_bn`), nonlinearity, unnamed);
  }
  if (strides > 1) y = zeroPadding(y, { name: `${name}_depthwise_pad`, padding: stridePadding(y, kernelSize) });
  y = depthwiseConvolution(y, { name: `${name}_depthwise`, kernelSize, strides, padding, useBias: false });
  y = activated(normalized(y, `${name}_depthwise_bn`), nonlinearity, unnamed);
  if (block.squeeze) y = squeezeAndExcite(y, block, unnamed);
  y = convolution(y, { name: `${name}_project`, filters, kernelSize: 1, useBias: false });
  y = normalized(y, `${name}_project_bn`);
  return hasShortcut(block) ? add([x, y], `${name}_add`) : y;
}

/** Weighs each channel by what a small network makes of all channels' averages. */
function squeezeAndExcite(x: SymbolicTensor, block: SqueezeBlock, unnamed: AutoNames): SymbolicTensor {
  const { name, expanded } = block;
  const squeeze = `${name}_squeeze_excite`;
  let y = new KeepdimsAveragePooling({ name: `${squeeze}_avg_pool` }).apply(x) as SymbolicTensor;
  y = convolution(y, { name: `${squeeze}_conv`, filters: roundChannels(expanded / 4), kernelSize: 1 });
  y = relu(y, `${squeeze}_relu`);
  y = convolution(y, { name: `${squeeze}_conv_1`, filters: expanded, kernelSize: 1 });
  // Keras' hard sigmoid: relu6(y + 3) / 6.
  y = rescaling(y, { name: unnamed('add'), scale: 1, offset: 3 });
  y = rescaling(relu6(y, unnamed('re_lu')), { name: unnamed('multiply'), scale: 1 / 6 });
  return multiply([x, y], `${squeeze}_mul`);
}

function activated(x: SymbolicTensor, nonlinearity: Nonlinearity, unnamed: AutoNames): SymbolicTensor {
  return nonlinearity === 'relu'
    ? relu(x, unnamed('re_lu'))
    : activation(x, { activation: HardSwish.className, name: unnamed('activation') });
}

function normalized(x: SymbolicTensor, name: string): SymbolicTensor {
  return batchNormalization(x, { name, ...mobilenetNormalization });
}
