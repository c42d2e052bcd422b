import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { autoNames } from './auto-names.js';
import type { BackboneDefinition } from './backbone-definition.js';
import { defineBackbone } from './define-backbone.js';
import {
  activatedConvolution,
  addShortcut,
  blockName,
  normalizedConvolution,
  squeezeAndExcite,
  swish,
} from './efficientnet-parts.js';
import { normalization, rescaling } from './input-scaling.js';
import { batchNormalization, depthwiseConvolution, stridePadding, zeroPadding } from './layer-vocabulary.js';
import { roundChannels } from './round-channels.js';

interface Stage {
  readonly kernelSize: number;
  readonly repeats: number;
  /** Filters of the stage before and of this one, at width 1. */
  readonly from: number;
  readonly to: number;
  /** How much wider a block is inside. */
  readonly expand: number;
  readonly strides: number;
}

// prettier-ignore
const stages: readonly Stage[] = [
  { kernelSize: 3, repeats: 1, from: 32, to: 16, expand: 1, strides: 1 },
  { kernelSize: 3, repeats: 2, from: 16, to: 24, expand: 6, strides: 2 },
  { kernelSize: 5, repeats: 2, from: 24, to: 40, expand: 6, strides: 2 },
  { kernelSize: 3, repeats: 3, from: 40, to: 80, expand: 6, strides: 2 },
  { kernelSize: 5, repeats: 3, from: 80, to: 112, expand: 6, strides: 1 },
  { kernelSize: 5, repeats: 4, from: 112, to: 192, expand: 6, strides: 2 },
  { kernelSize: 3, repeats: 1, from: 192, to: 320, expand: 6, strides: 1 },
];

const stemFilters = 32;
const topFilters = 1280;
/** Squeezed filters, as a share of the filters that enter the block. */
const squeeze = 0.25;
/** How often the last block's residual is left out while training; earlier ones in proportion to their place. */
const lastDropRate = 0.2;
const imagenetDeviation = [0.229, 0.224, 0.225];

/** How one member differs: filters and blocks as multiples of B0's, and its input's side in pixels. */
interface Scaling {
  readonly name: string;
  readonly width: number;
  readonly depth: number;
  readonly side: number;
}

/**
 * EfficientNetB0–B7. The graph is the one that Keras builds for its ImageNet weights: pixels 0–255 in, scaled by layers of its
 * own. Keras leaves out the second of its two `Rescaling` layers where a network starts from random weights; ours always has
 * it, so that one graph serves both. It has no weights, and the first convolution can learn what it does.
 * @see Keras `applications/efficientnet.py`; Tan and Le 2019, "EfficientNet: Rethinking Model Scaling for CNNs"
 */
// prettier-ignore
export const efficientnets: readonly BackboneDefinition[] = [
  { name: 'efficientnetb0', width: 1.0, depth: 1.0, side: 224 },
  { name: 'efficientnetb1', width: 1.0, depth: 1.1, side: 240 },
  { name: 'efficientnetb2', width: 1.1, depth: 1.2, side: 260 },
  { name: 'efficientnetb3', width: 1.2, depth: 1.4, side: 300 },
  { name: 'efficientnetb4', width: 1.4, depth: 1.8, side: 380 },
  { name: 'efficientnetb5', width: 1.6, depth: 2.2, side: 456 },
  { name: 'efficientnetb6', width: 1.8, depth: 2.6, side: 528 },
  { name: 'efficientnetb7', width: 2.0, depth: 3.1, side: 600 },
].map(efficientnet);

function efficientnet(scaling: Scaling): BackboneDefinition {
  const { name, width, side } = scaling;
  const blocks = scaledBlocks(scaling);
  return defineBackbone({
    name,
    inputSize: [side, side],
    minimumSize: 32,
    preprocessing: 'none',
    blocks: [
      { name: 'stem', lastLayer: 'stem_activation' },
      ...blocks.map((block) => ({
        name: block.name,
        lastLayer: `${block.name}_${hasShortcut(block) ? 'add' : 'project_bn'}`,
      })),
      { name: 'top', lastLayer: 'top_activation' },
    ],
    topLayers: ['predictions'],
    graph(pixels) {
      const padded = zeroPadding(scalePixels(pixels), { padding: stridePadding(pixels, 3), name: 'stem_conv_pad' });
      const filters = roundChannels(stemFilters * width);
      const stem = activatedConvolution(padded, {
        name: 'stem_',
        filters,
        kernelSize: 3,
        strides: 2,
        padding: 'valid',
      });
      const features = blocks.reduce(addBlock, stem);
      return activatedConvolution(features, { name: 'top_', filters: roundChannels(topFilters * width) });
    },
  });
}

function scalePixels(pixels: SymbolicTensor): SymbolicTensor {
  const name = autoNames();
  const unit = rescaling(pixels, { name: name('rescaling'), scale: 1 / 255 });
  const normalized = normalization(unit, { name: name('normalization') });
  // The weights were trained on pixels divided by the variance, where the layer above divides by its root.
  return rescaling(normalized, {
    name: name('rescaling'),
    scale: imagenetDeviation.map((deviation) => 1 / Math.sqrt(deviation)),
  });
}

interface Block {
  readonly name: string;
  readonly kernelSize: number;
  readonly from: number;
  readonly to: number;
  readonly expand: number;
  readonly strides: number;
  readonly dropRate: number;
}

function scaledBlocks({ width, depth }: Scaling): readonly Block[] {
  const blocks = stages.flatMap(({ repeats, from, to, ...stage }, stageIndex) =>
    Array.from({ length: Math.ceil(depth * repeats) }, (_, index) => ({
      ...stage,
      name: blockName(stageIndex, index),
      from: roundChannels((index === 0 ? from : to) * width),
      to: roundChannels(to * width),
      strides: index === 0 ? stage.strides : 1,
    })),
  );
  return blocks.map((block, index) => ({ ...block, dropRate: (lastDropRate * index) / blocks.length }));
}

function hasShortcut({ strides, from, to }: Block): boolean {
  return strides === 1 && from === to;
}

function addBlock(input: SymbolicTensor, block: Block): SymbolicTensor {
  const name = `${block.name}_`;
  const { kernelSize, from, to, expand, strides, dropRate } = block;
  let x = input;
  if (expand !== 1) x = activatedConvolution(x, { name: `${name}expand_`, filters: from * expand });
  const padding = strides === 2 ? 'valid' : 'same';
  if (strides === 2) x = zeroPadding(x, { padding: stridePadding(x, kernelSize), name: `${name}dwconv_pad` });
  x = depthwiseConvolution(x, { name: `${name}dwconv`, kernelSize, strides, padding, useBias: false });
  x = swish(batchNormalization(x, { name: `${name}bn` }), `${name}activation`);
  x = squeezeAndExcite(x, { name, filters: Math.max(1, Math.floor(from * squeeze)) });
  x = normalizedConvolution(x, { name: `${name}project_`, filters: to });
  return hasShortcut(block) ? addShortcut(x, { name, shortcut: input, dropRate }) : x;
}
