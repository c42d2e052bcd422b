import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { BackboneDefinition } from './backbone-definition.js';
import { defineBackbone } from './define-backbone.js';
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
}

/** Keras computes the moving averages of its later MobileNets so. */
export const mobilenetNormalization = { epsilon: 1e-3, momentum: 0.999 } as const;

/** @see Keras `applications/mobilenet_v2.py`; Sandler et al. 2018, "Inverted residuals and linear bottlenecks" */
export const mobilenetv2 = mobilenetV2OfWidth(1);
/** Those with another share `alpha` of the filters, narrowest first: `mobilenetv2_0.35` … `mobilenetv2_1.40`. */
export const otherMobilenetV2s = [0.35, 0.5, 0.75, 1.3, 1.4].map(mobilenetV2OfWidth);

function mobilenetV2OfWidth(alpha: number): BackboneDefinition {
  const blocks = invertedBlocks(alpha);
  const lastBlock = blocks.length - 1;
  return defineBackbone({
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
    ...(alpha !== 1 && {
      imagenetFiles: [`mobilenet_v2_weights_tf_dim_ordering_tf_kernels_${alpha}_224_no_top.h5`],
    }),
    graph(pixels) {
      const conv1 = { name: 'Conv1', filters: roundChannels(32 * alpha), kernelSize: 3, strides: 2, useBias: false };
      const stem = relu6(normalized(convolution(pixels, conv1), 'bn_Conv1'), 'Conv1_relu');
      const x = blocks.reduce(addBlock, stem);
      const filters = alpha > 1 ? roundChannels(1280 * alpha) : 1280;
      const last = convolution(x, { name: 'Conv_1', filters, kernelSize: 1, padding: 'valid', useBias: false });
      return relu6(normalized(last, 'Conv_1_bn'), 'out_relu');
    },
  });
}

function invertedBlocks(alpha: number): readonly InvertedBlock[] {
  return runs
    .flatMap(([count, filters, strides]) =>
      Array.from({ length: count }, (_, index) => ({
        filters: roundChannels(Math.floor(filters * alpha)),
        strides: index === 0 ? strides : 1,
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

function addBlock(x: SymbolicTensor, { name, filters, strides, expansion }: InvertedBlock): SymbolicTensor {
  const channels = Number(x.shape.at(-1));
  const padding = strides === 1 ? 'same' : 'valid';
  let y = x;
  if (expansion > 1) {
    y = convolution(y, { name: `${name}_expand`, filters: expansion * channels, kernelSize: 1, useBias: false });
    y = relu6(normalized(y, `${name}_expand_BN`), `${name}_expand_relu`);
  }
  if (strides > 1) y = zeroPadding(y, { name: `${name}_pad`, padding: stridePadding(y, 3) });
  y = depthwiseConvolution(y, { name: `${name}_depthwise`, kernelSize: 3, strides, padding, useBias: false });
  y = relu6(normalized(y, `${name}_depthwise_BN`), `${name}_depthwise_relu`);
  y = convolution(y, { name: `${name}_project`, filters, kernelSize: 1, useBias: false });
  y = normalized(y, `${name}_project_BN`);
  return strides === 1 && channels === filters ? add([x, y], `${name}_add`) : y;
}

function normalized(x: SymbolicTensor, name: string): SymbolicTensor {
  return batchNormalization(x, { name, ...mobilenetNormalization });
}
