import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { ChannelwiseConv2D } from '../layers/channelwise-conv2d.js';
import { LayerScale } from '../layers/layer-scale.js';
import { autoNames, type AutoNames } from './auto-names.js';
import type { BackboneDefinition } from './backbone-definition.js';
import { defineBackbone, type BackboneBlueprint } from './define-backbone.js';
import { normalizingTop } from './imagenet-top.js';
import { normalization } from './input-scaling.js';
import { activation, add, convolution } from './layer-vocabulary.js';
import { timmConvnextModule, torchvisionConvnextModule } from './torch-modules/convnext-modules.js';

interface Member {
  readonly name: string;
  /** Keras' name of the network, which all its layers' names begin with. */
  readonly prefix: string;
  /** Blocks of each of the four stages. */
  readonly depths: readonly number[];
  /** Channels of each stage. */
  readonly channels: readonly number[];
}

const epsilon = 1e-6;
const layerScaleStart = 1e-6;
// ImageNet's mean and deviation for pixels of 0–255.
const mean = [0.485 * 255, 0.456 * 255, 0.406 * 255];
const variance = [(0.229 * 255) ** 2, (0.224 * 255) ** 2, (0.225 * 255) ** 2];

/**
 * ConvNeXtTiny–XLarge. Pixels 0–255 in, normalised by a layer of its own. Without its classifier the network ends, as Keras
 * has it, in a layer normalisation of each pixel.
 * @see Keras `applications/convnext.py`; Liu et al. 2022, "A ConvNet for the 2020s"
 */
// prettier-ignore
export const convnexts: readonly BackboneDefinition[] = [
  { name: 'convnexttiny', prefix: 'convnext_tiny', depths: [3, 3, 9, 3], channels: [96, 192, 384, 768] },
  { name: 'convnextsmall', prefix: 'convnext_small', depths: [3, 3, 27, 3], channels: [96, 192, 384, 768] },
  { name: 'convnextbase', prefix: 'convnext_base', depths: [3, 3, 27, 3], channels: [128, 256, 512, 1024] },
  { name: 'convnextlarge', prefix: 'convnext_large', depths: [3, 3, 27, 3], channels: [192, 384, 768, 1536] },
  { name: 'convnextxlarge', prefix: 'convnext_xlarge', depths: [3, 3, 27, 3], channels: [256, 512, 1024, 2048] },
].map(convnext);

interface Block {
  readonly stage: number;
  readonly index: number;
  readonly channels: number;
}

function convnext({ name, prefix, depths, channels }: Member): BackboneDefinition {
  const stages = depths.map((depth, stage) =>
    Array.from({ length: depth }, (_, index): Block => ({ stage, index, channels: channels[stage] ?? 0 })),
  );
  const blocks = [
    { name: 'stem', lastLayer: `${prefix}_stem_layernorm` },
    ...stages.flat().map(({ stage, index }) => ({
      name: `stage_${stage}_block_${index}`,
      lastLayer: additionName(depths, stage, index),
    })),
  ];
  const blueprint: BackboneBlueprint = {
    name,
    inputSize: [224, 224],
    minimumSize: 32,
    preprocessing: 'none',
    blocks: [...blocks, { name: 'top', lastLayer: 'layer_normalization' }],
    kerasContainer,
    topLayers: [`${prefix}_head_layernorm`, `${prefix}_head_dense`],
    top: normalizingTop(prefix, epsilon),
    topInput: additionName(depths, depths.length, -1),
    graph(pixels) {
      const autoName = autoNames();
      const scaled = normalization(pixels, { name: `${prefix}_prestem_normalization`, mean, variance });
      return layerNormalization(body(scaled, autoName), autoName('layer_normalization'));
    },
  };
  // PyTorch's libraries normalise pixels beforehand, and at the end only what was pooled.
  const torch = {
    preprocessing: 'torch',
    blocks,
    graph: (pixels: SymbolicTensor) => body(pixels, autoNames()),
  } as const;
  return defineBackbone(blueprint, [
    {
      ...torch,
      dialect: 'torchvision',
      moduleOf: torchvisionConvnextModule,
      stem: 'features.0.0',
      topModules: ['classifier'],
    },
    { ...torch, dialect: 'timm', moduleOf: timmConvnextModule, stem: 'stem.0', topModules: ['head'] },
  ]);

  function body(pixels: SymbolicTensor, autoName: AutoNames): SymbolicTensor {
    let x = pixels;
    for (const [stage, row] of stages.entries()) {
      x = stage === 0 ? addStem(x, prefix, channels[0] ?? 0) : addDownsampling(x, { prefix, stage, channels });
      for (const block of row) x = addBlock(x, { ...block, prefix, autoName });
    }
    return x;
  }
}

/** Keras puts the stem, and what stands between stages, into a `Sequential` each. */
function kerasContainer(layer: string): string | undefined {
  const [, stem, blocks, number] = /^(?:(.*_stem)|(.*_downsampling))_(?:conv|layernorm)(_\d)?$/.exec(layer) ?? [];
  return blocks === undefined ? stem : `${blocks}_block${number}`;
}

/** Keras writes a plain `+`, whose layers it numbers through. */
function additionName(depths: readonly number[], stage: number, index: number): string {
  const number = depths.slice(0, stage).reduce((sum, depth) => sum + depth, index);
  return number === 0 ? 'add' : `add_${number}`;
}

function addStem(x: SymbolicTensor, prefix: string, filters: number): SymbolicTensor {
  const name = `${prefix}_stem_conv`;
  const patches = convolution(x, { name, filters, kernelSize: 4, strides: 4, padding: 'valid' });
  return layerNormalization(patches, `${prefix}_stem_layernorm`);
}

function addDownsampling(
  x: SymbolicTensor,
  { prefix, stage, channels }: { prefix: string; stage: number; channels: readonly number[] },
): SymbolicTensor {
  const normalized = layerNormalization(x, `${prefix}_downsampling_layernorm_${stage - 1}`);
  return convolution(normalized, {
    name: `${prefix}_downsampling_conv_${stage - 1}`,
    filters: channels[stage] ?? 0,
    kernelSize: 2,
    strides: 2,
    padding: 'valid',
  });
}

function addBlock(
  input: SymbolicTensor,
  { prefix, stage, index, channels, autoName }: Block & { prefix: string; autoName: AutoNames },
): SymbolicTensor {
  const name = `${prefix}_stage_${stage}_block_${index}`;
  const depthwise = new ChannelwiseConv2D({ name: `${name}_depthwise_conv`, kernelSize: [7, 7] });
  let x = layerNormalization(depthwise.apply(input) as SymbolicTensor, `${name}_layernorm`);
  x = dense(x, { name: `${name}_pointwise_conv_1`, units: 4 * channels });
  x = activation(x, { activation: 'gelu', name: `${name}_gelu` });
  x = dense(x, { name: `${name}_pointwise_conv_2`, units: channels });
  x = new LayerScale({ name: `${name}_layer_scale`, initValues: layerScaleStart }).apply(x) as SymbolicTensor;
  x = activation(x, { activation: 'linear', name: `${name}_identity` });
  return add([input, x], autoName('add'));
}

function dense(x: SymbolicTensor, options: { name: string; units: number }): SymbolicTensor {
  return layers.dense({ ...options, kernelInitializer: 'zeros' }).apply(x) as SymbolicTensor;
}

function layerNormalization(x: SymbolicTensor, name: string): SymbolicTensor {
  return layers.layerNormalization({ name, epsilon }).apply(x) as SymbolicTensor;
}
