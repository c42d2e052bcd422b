import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { BackboneDefinition } from './backbone-definition.js';
import { defineBackbone, type BackboneBlueprint } from './define-backbone.js';
import type { GraphDetails } from './dialect.js';
import {
  add,
  batchNormalization,
  convolution,
  depthwiseConvolution,
  relu6,
  stridePadding,
  zeroPadding,
} from './layer-vocabulary.js';
import { roundChannels } from './round-channels.js';
import { timmModules, torchvisionModules, type TorchNetwork } from './torch-modules/inverted-block-modules.js';

/** Runs of inverted residual blocks: how many, how many filters, the first one's stride. */
type Runs = readonly (readonly [blocks: number, filters: number, strides: number])[];

// prettier-ignore
const runs: Runs = [[1, 16, 1], [2, 24, 2], [3, 32, 2], [4, 64, 2], [3, 96, 1], [3, 160, 2], [1, 320, 1]];

interface InvertedBlock {
  /** As its layers' names begin. */
  readonly name: string;
  readonly filters: number;
  readonly strides: number;
  /** How many times more channels it has inside. */
  readonly expansion: number;
  /** Its run, and its number in that run. */
  readonly run: readonly [run: number, index: number];
}

/** Keras computes the moving averages of its later MobileNets so. */
export const mobilenetNormalization = { epsilon: 1e-3, momentum: 0.999 } as const;

type Details = Pick<GraphDetails, 'epsilon' | 'symmetric'>;

const kerasDetails: Details = { epsilon: mobilenetNormalization.epsilon, symmetric: false };
const torchDetails: Details = { epsilon: 1e-5, symmetric: true };

/** @see Keras `applications/mobilenet_v2.py`; Sandler et al. 2018, "Inverted residuals and linear bottlenecks" */
export const mobilenetv2 = mobilenetV2OfWidth(1);
/** Those with another share `alpha` of the filters, narrowest first: `mobilenetv2_0.35` … `mobilenetv2_1.40`. */
export const otherMobilenetV2s = [0.35, 0.5, 0.75, 1.3, 1.4].map(mobilenetV2OfWidth);

function mobilenetV2OfWidth(alpha: number): BackboneDefinition {
  const blocks = invertedBlocks(alpha);
  const lastBlock = blocks.length - 1;
  const blueprint: BackboneBlueprint = {
    name: alpha === 1 ? 'mobilenetv2' : `mobilenetv2_${alpha.toFixed(2)}`,
    inputSize: [224, 224],
    minimumSize: 32,
    preprocessing: 'tf',
    blocks: [
      { name: 'Conv1', lastLayer: 'Conv1_relu' },
      ...blocks.map((block, index) => ({
        name: block.name,
        lastLayer: index === lastBlock ? 'out_relu' : lastLayerOf(block, blocks[index - 1]),
      })),
    ],
    topLayers: ['predictions', 'Logits'],
    graph: graph(kerasDetails),
  };
  const torch = { preprocessing: 'torch', graph: graph(torchDetails), topModules: ['classifier'] } as const;
  const network = () => torchNetwork(blocks);
  return defineBackbone(blueprint, [
    {
      ...torch,
      dialect: 'torchvision',
      moduleOf: torchvisionModules(network, { bareProjection: true }),
      stem: 'features.0.0',
    },
    { ...torch, dialect: 'timm', moduleOf: timmModules(network), stem: 'conv_stem' },
  ]);

  function graph(details: Details) {
    return (pixels: SymbolicTensor): SymbolicTensor => {
      const conv1 = { name: 'Conv1', filters: roundChannels(32 * alpha), kernelSize: 3, strides: 2, useBias: false };
      const first = convolution(pixels, { ...conv1, padding: details.symmetric ? 'symmetric' : 'same' });
      const stem = relu6(normalized(first, 'bn_Conv1', details), 'Conv1_relu');
      const x = blocks.reduce((value, block) => addBlock(value, block, details), stem);
      const filters = alpha > 1 ? roundChannels(1280 * alpha) : 1280;
      const last = convolution(x, { name: 'Conv_1', filters, kernelSize: 1, padding: 'valid', useBias: false });
      return relu6(normalized(last, 'Conv_1_bn', details), 'out_relu');
    };
  }
}

function torchNetwork(blocks: readonly InvertedBlock[]): TorchNetwork {
  const last = `features.${blocks.length + 1}`;
  return {
    blocks: blocks.map(({ name, expansion, run }, index) => ({
      name,
      steps: expansion > 1 ? ['expand', 'depthwise', 'project'] : ['depthwise', 'project'],
      torchvision: `features.${index + 1}.conv`,
      place: run,
    })),
    ends: {
      torchvision: { Conv1: 'features.0.0', bn_Conv1: 'features.0.1', Conv_1: `${last}.0`, Conv_1_bn: `${last}.1` },
      timm: { Conv1: 'conv_stem', bn_Conv1: 'bn1', Conv_1: 'conv_head', Conv_1_bn: 'bn2' },
    },
  };
}

function invertedBlocks(alpha: number): readonly InvertedBlock[] {
  return runs
    .flatMap(([count, filters, strides], run) =>
      Array.from({ length: count }, (_, index) => ({
        filters: roundChannels(Math.floor(filters * alpha)),
        strides: index === 0 ? strides : 1,
        run: [run, index] as const,
      })),
    )
    .map((block, index) => ({
      ...block,
      name: index === 0 ? 'expanded_conv' : `block_${index}`,
      expansion: index === 0 ? 1 : 6,
    }));
}

/** A block has a shortcut if it gives what it takes. */
function lastLayerOf(block: InvertedBlock, before: InvertedBlock | undefined): string {
  const shortcut = block.strides === 1 && block.filters === before?.filters;
  return shortcut ? `${block.name}_add` : `${block.name}_project_BN`;
}

function addBlock(x: SymbolicTensor, block: InvertedBlock, details: Details): SymbolicTensor {
  const { name, filters, strides, expansion } = block;
  const channels = Number(x.shape.at(-1));
  const padding = details.symmetric ? 'symmetric' : strides === 1 ? 'same' : 'valid';
  let y = x;
  if (expansion > 1) {
    y = convolution(y, { name: `${name}_expand`, filters: expansion * channels, kernelSize: 1, useBias: false });
    y = relu6(normalized(y, `${name}_expand_BN`, details), `${name}_expand_relu`);
  }
  if (padding === 'valid') y = zeroPadding(y, { name: `${name}_pad`, padding: stridePadding(y, 3) });
  y = depthwiseConvolution(y, { name: `${name}_depthwise`, kernelSize: 3, strides, padding, useBias: false });
  y = relu6(normalized(y, `${name}_depthwise_BN`, details), `${name}_depthwise_relu`);
  y = convolution(y, { name: `${name}_project`, filters, kernelSize: 1, useBias: false });
  y = normalized(y, `${name}_project_BN`, details);
  return strides === 1 && channels === filters ? add([x, y], `${name}_add`) : y;
}

function normalized(x: SymbolicTensor, name: string, { epsilon }: Details): SymbolicTensor {
  return batchNormalization(x, { ...mobilenetNormalization, name, epsilon });
}
