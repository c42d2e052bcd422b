import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { autoNames } from './auto-names.js';
import type { BackboneDefinition } from './backbone-definition.js';
import { defineBackbone, type BackboneBlueprint } from './define-backbone.js';
import type { GraphDetails } from './dialect.js';
import {
  activatedConvolution,
  addShortcut,
  blockName,
  kerasDetails,
  normalizedConvolution,
  squeezeAndExcite,
  swish,
  torchNetwork,
} from './efficientnet-parts.js';
import { droppingTop } from './imagenet-top.js';
import { normalization, rescaling } from './input-scaling.js';
import { batchNormalization, border, depthwiseConvolution, stridePadding, zeroPadding } from './layer-vocabulary.js';
import { roundChannels } from './round-channels.js';
import { timmModules, torchvisionModules } from './torch-modules/inverted-block-modules.js';

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
  /** Share of the pooled features that the classifier drops while training. */
  readonly dropout: number;
}

/**
 * EfficientNetB0–B7. The graph is the one that Keras builds for its ImageNet weights: pixels 0–255 in, scaled by layers of its
 * own. Keras leaves out the second of its two `Rescaling` layers where a network starts from random weights; ours always has
 * it, so that one graph serves both. It has no weights, and the first convolution can learn what it does.
 * @see Keras `applications/efficientnet.py`; Tan and Le 2019, "EfficientNet: Rethinking Model Scaling for CNNs"
 */
// prettier-ignore
export const efficientnets: readonly BackboneDefinition[] = [
  { name: 'efficientnetb0', width: 1.0, depth: 1.0, side: 224, dropout: 0.2 },
  { name: 'efficientnetb1', width: 1.0, depth: 1.1, side: 240, dropout: 0.2 },
  { name: 'efficientnetb2', width: 1.1, depth: 1.2, side: 260, dropout: 0.3 },
  { name: 'efficientnetb3', width: 1.2, depth: 1.4, side: 300, dropout: 0.3 },
  { name: 'efficientnetb4', width: 1.4, depth: 1.8, side: 380, dropout: 0.4 },
  { name: 'efficientnetb5', width: 1.6, depth: 2.2, side: 456, dropout: 0.4 },
  { name: 'efficientnetb6', width: 1.8, depth: 2.6, side: 528, dropout: 0.5 },
  { name: 'efficientnetb7', width: 2.0, depth: 3.1, side: 600, dropout: 0.5 },
].map(efficientnet);

function efficientnet(scaling: Scaling): BackboneDefinition {
  const { name, width, side, dropout } = scaling;
  const blocks = scaledBlocks(scaling);
  const blueprint: BackboneBlueprint = {
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
    top: droppingTop(dropout),
    graph: graph(kerasDetails),
  };
  const network = () => torchNetwork(blocks, stages.length);
  const torchDetails: GraphDetails = { epsilon: 1e-5, symmetric: true, scalesPixels: false };
  const torch = { preprocessing: 'torch', topModules: ['classifier'] } as const;
  // torchvision took the larger ones' weights over from elsewhere, with their epsilon.
  const epsilon = width < 1.6 ? torchDetails.epsilon : kerasDetails.epsilon;
  const timm = { ...torch, moduleOf: timmModules(network), stem: 'conv_stem' };
  return defineBackbone(blueprint, [
    {
      ...torch,
      dialect: 'torchvision',
      graph: graph({ ...torchDetails, epsilon }),
      moduleOf: torchvisionModules(network),
      stem: 'features.0.0',
    },
    { ...timm, dialect: 'timm', graph: graph(torchDetails) },
    { ...timm, dialect: 'timm-tf', graph: graph({ ...kerasDetails, scalesPixels: false }) },
  ]);

  function graph(details: GraphDetails) {
    const { epsilon, symmetric, scalesPixels } = details;
    return (pixels: SymbolicTensor): SymbolicTensor => {
      const scaled = scalesPixels ? scalePixels(pixels) : pixels;
      const stem = activatedConvolution(padForStride(scaled, { name: 'stem_conv_pad', kernelSize: 3, symmetric }), {
        name: 'stem_',
        filters: roundChannels(stemFilters * width),
        kernelSize: 3,
        strides: 2,
        padding: 'valid',
        epsilon,
      });
      const features = blocks.reduce((x, block) => addBlock(x, block, details), stem);
      return activatedConvolution(features, { name: 'top_', filters: roundChannels(topFilters * width), epsilon });
    };
  }
}

/** The border in front of a convolution that moves by 2. */
function padForStride(
  x: SymbolicTensor,
  options: { readonly name: string; readonly kernelSize: number; readonly symmetric: boolean },
): SymbolicTensor {
  const { name, kernelSize, symmetric } = options;
  const padding = symmetric ? border(Math.floor(kernelSize / 2)) : stridePadding(x, kernelSize);
  return zeroPadding(x, { name, padding });
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

function addBlock(input: SymbolicTensor, block: Block, details: GraphDetails): SymbolicTensor {
  const { epsilon, symmetric } = details;
  const name = `${block.name}_`;
  const { kernelSize, from, to, expand, strides, dropRate } = block;
  let x = input;
  if (expand !== 1) x = activatedConvolution(x, { name: `${name}expand_`, filters: from * expand, epsilon });
  const padding = strides === 2 ? 'valid' : 'same';
  if (strides === 2) x = padForStride(x, { name: `${name}dwconv_pad`, kernelSize, symmetric });
  x = depthwiseConvolution(x, { name: `${name}dwconv`, kernelSize, strides, padding, useBias: false });
  x = swish(batchNormalization(x, { name: `${name}bn`, epsilon }), `${name}activation`);
  x = squeezeAndExcite(x, { name, filters: Math.max(1, Math.floor(from * squeeze)) });
  x = normalizedConvolution(x, { name: `${name}project_`, filters: to, epsilon });
  return hasShortcut(block) ? addShortcut(x, { name, shortcut: input, dropRate }) : x;
}
