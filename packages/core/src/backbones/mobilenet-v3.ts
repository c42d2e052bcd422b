import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { HardSwish } from '../layers/hard-activations.js';
import { KeepdimsAveragePooling } from '../layers/keepdims-pooling.js';
import { autoNames, type AutoNames } from './auto-names.js';
import type { BackboneDefinition } from './backbone-definition.js';
import { defineBackbone, type BackboneBlueprint } from './define-backbone.js';
import type { GraphDetails } from './dialect.js';
import { mobilenetV3Top } from './imagenet-top.js';
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
import {
  timmModules,
  torchvisionModules,
  type BlockStep,
  type TorchNetwork,
} from './torch-modules/inverted-block-modules.js';

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

const kerasDetails: GraphDetails = { epsilon: mobilenetNormalization.epsilon, symmetric: false, scalesPixels: true };
const torchDetails = { ...kerasDetails, symmetric: true, scalesPixels: false };

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
  const blueprint: BackboneBlueprint = {
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
    top: mobilenetV3Top(size === 'small' ? 1024 : 1280),
    graph: graph(kerasDetails),
  };
  const network = () => torchNetwork(blocks);
  const timm = { moduleOf: timmModules(network), stem: 'conv_stem', topModules: ['conv_head', 'classifier'] };
  return defineBackbone(blueprint, [
    {
      dialect: 'torchvision',
      preprocessing: 'torch',
      graph: graph(torchDetails),
      moduleOf: torchvisionModules(network),
      stem: 'features.0.0',
      topModules: ['classifier'],
    },
    { ...timm, dialect: 'timm', preprocessing: 'torch', graph: graph({ ...torchDetails, epsilon: 1e-5 }) },
    { ...timm, dialect: 'timm-tf', preprocessing: 'tf', graph: graph({ ...kerasDetails, scalesPixels: false }) },
  ]);

  function graph(details: GraphDetails) {
    return (pixels: SymbolicTensor): SymbolicTensor => {
      const builder: Builder = { details, unnamed: autoNames() };
      const conv = { name: 'conv', filters: 16, kernelSize: 3, strides: 2, useBias: false };
      const first = convolution(scaled(pixels, builder), {
        ...conv,
        padding: details.symmetric ? 'symmetric' : 'same',
      });
      const stem = activated(normalized(first, 'conv_bn', details), 'hard_swish', builder.unnamed);
      const x = blocks.reduce((value, block) => addBlock(value, block, builder), stem);
      const last = { name: 'conv_1', filters: roundChannels(channels * 6), kernelSize: 1, useBias: false };
      return activated(normalized(convolution(x, last), 'conv_1_bn', details), 'hard_swish', builder.unnamed);
    };
  }
}

/** What goes along while a graph is built. */
interface Builder {
  readonly details: GraphDetails;
  readonly unnamed: AutoNames;
}

function scaled(pixels: SymbolicTensor, { details, unnamed }: Builder): SymbolicTensor {
  if (!details.scalesPixels) return pixels;
  return rescaling(pixels, { name: unnamed('rescaling'), scale: 1 / 127.5, offset: -1 });
}

function torchNetwork(blocks: readonly SqueezeBlock[]): TorchNetwork {
  // A stage is a run of blocks of as many filters.
  const stages = [...new Set(blocks.map(({ filters }) => filters))];
  const last = `features.${blocks.length + 1}`;
  return {
    blocks: blocks.map(({ name, filters, squeeze }, index) => ({
      name,
      steps: [
        ...(index === 0 ? [] : ['expand' as const]),
        'depthwise',
        ...(squeeze ? ['squeeze' as const] : []),
        'project',
      ] satisfies readonly BlockStep[],
      torchvision: `features.${index + 1}.block`,
      place: [stages.indexOf(filters), index - blocks.findIndex((block) => block.filters === filters)],
    })),
    ends: {
      torchvision: { conv: 'features.0.0', conv_bn: 'features.0.1', conv_1: `${last}.0`, conv_1_bn: `${last}.1` },
      timm: {
        conv: 'conv_stem',
        conv_bn: 'bn1',
        conv_1: `blocks.${stages.length}.0.conv`,
        conv_1_bn: `blocks.${stages.length}.0.bn1`,
      },
    },
  };
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

function addBlock(x: SymbolicTensor, block: SqueezeBlock, { details, unnamed }: Builder): SymbolicTensor {
  const { name, expanded, filters, kernelSize, strides, nonlinearity } = block;
  const padding = details.symmetric ? 'symmetric' : strides === 1 ? 'same' : 'valid';
  let y = x;
  if (name !== 'expanded_conv') {
    y = convolution(y, { name: `${name}_expand`, filters: expanded, kernelSize: 1, useBias: false });
    y = activated(normalized(y, `${name}_expand_bn`, details), nonlinearity, unnamed);
  }
  if (padding === 'valid') y = zeroPadding(y, { name: `${name}_depthwise_pad`, padding: stridePadding(y, kernelSize) });
  y = depthwiseConvolution(y, { name: `${name}_depthwise`, kernelSize, strides, padding, useBias: false });
  y = activated(normalized(y, `${name}_depthwise_bn`, details), nonlinearity, unnamed);
  if (block.squeeze) y = squeezeAndExcite(y, block, unnamed);
  y = convolution(y, { name: `${name}_project`, filters, kernelSize: 1, useBias: false });
  y = normalized(y, `${name}_project_bn`, details);
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

function normalized(x: SymbolicTensor, name: string, { epsilon }: GraphDetails): SymbolicTensor {
  return batchNormalization(x, { ...mobilenetNormalization, name, epsilon });
}
