import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
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
import { batchNormalization, depthwiseConvolution } from './layer-vocabulary.js';
import { timmModules, torchvisionModules } from './torch-modules/inverted-block-modules.js';

interface Stage {
  /** `fused`: one 3×3 convolution widens; `separate`: a 1×1 convolution widens, a depthwise one looks around. */
  readonly kind: 'fused' | 'separate';
  readonly repeats: number;
  /** Filters of the stage before and of this one, at width 1. */
  readonly from: number;
  readonly to: number;
  /** How much wider a block is inside. */
  readonly expand: number;
  readonly strides: number;
}

// prettier-ignore
const baseStages: readonly Stage[] = [
  { kind: 'fused', repeats: 1, from: 32, to: 16, expand: 1, strides: 1 },
  { kind: 'fused', repeats: 2, from: 16, to: 32, expand: 4, strides: 2 },
  { kind: 'fused', repeats: 2, from: 32, to: 48, expand: 4, strides: 2 },
  { kind: 'separate', repeats: 3, from: 48, to: 96, expand: 4, strides: 2 },
  { kind: 'separate', repeats: 5, from: 96, to: 112, expand: 6, strides: 1 },
  { kind: 'separate', repeats: 8, from: 112, to: 192, expand: 6, strides: 2 },
];
// prettier-ignore
const smallStages: readonly Stage[] = [
  { kind: 'fused', repeats: 2, from: 24, to: 24, expand: 1, strides: 1 },
  { kind: 'fused', repeats: 4, from: 24, to: 48, expand: 4, strides: 2 },
  { kind: 'fused', repeats: 4, from: 48, to: 64, expand: 4, strides: 2 },
  { kind: 'separate', repeats: 6, from: 64, to: 128, expand: 4, strides: 2 },
  { kind: 'separate', repeats: 9, from: 128, to: 160, expand: 6, strides: 1 },
  { kind: 'separate', repeats: 15, from: 160, to: 256, expand: 6, strides: 2 },
];
// prettier-ignore
const mediumStages: readonly Stage[] = [
  { kind: 'fused', repeats: 3, from: 24, to: 24, expand: 1, strides: 1 },
  { kind: 'fused', repeats: 5, from: 24, to: 48, expand: 4, strides: 2 },
  { kind: 'fused', repeats: 5, from: 48, to: 80, expand: 4, strides: 2 },
  { kind: 'separate', repeats: 7, from: 80, to: 160, expand: 4, strides: 2 },
  { kind: 'separate', repeats: 14, from: 160, to: 176, expand: 6, strides: 1 },
  { kind: 'separate', repeats: 18, from: 176, to: 304, expand: 6, strides: 2 },
  { kind: 'separate', repeats: 5, from: 304, to: 512, expand: 6, strides: 1 },
];
// prettier-ignore
const largeStages: readonly Stage[] = [
  { kind: 'fused', repeats: 4, from: 32, to: 32, expand: 1, strides: 1 },
  { kind: 'fused', repeats: 7, from: 32, to: 64, expand: 4, strides: 2 },
  { kind: 'fused', repeats: 7, from: 64, to: 96, expand: 4, strides: 2 },
  { kind: 'separate', repeats: 10, from: 96, to: 192, expand: 4, strides: 2 },
  { kind: 'separate', repeats: 19, from: 192, to: 224, expand: 6, strides: 1 },
  { kind: 'separate', repeats: 25, from: 224, to: 384, expand: 6, strides: 2 },
  { kind: 'separate', repeats: 7, from: 384, to: 640, expand: 6, strides: 1 },
];

const topFilters = 1280;
const kernelSize = 3;
const momentum = 0.9;
/** Squeezed filters, as a share of the filters that enter the block. */
const squeeze = 0.25;
/** How often a residual is left out while training, at the last of the unscaled network's blocks. */
const lastDropRate = 0.2;

interface Member {
  readonly name: string;
  readonly stages: readonly Stage[];
  /** Filters and blocks, as multiples of the table's. */
  readonly width: number;
  readonly depth: number;
  /** The input's side in pixels. */
  readonly side: number;
  /** `imagenet`: by ImageNet's mean and deviation; `symmetric`: to −1…1. */
  readonly scaling: 'imagenet' | 'symmetric';
}

/**
 * EfficientNetV2 B0–B3, S, M and L. Pixels 0–255 in, scaled by layers of its own.
 * @see Keras `applications/efficientnet_v2.py`; Tan and Le 2021, "EfficientNetV2: Smaller Models and Faster Training"
 */
// prettier-ignore
export const efficientnetV2s: readonly BackboneDefinition[] = ([
  { name: 'efficientnetv2b0', stages: baseStages, width: 1.0, depth: 1.0, side: 224, scaling: 'imagenet' },
  { name: 'efficientnetv2b1', stages: baseStages, width: 1.0, depth: 1.1, side: 240, scaling: 'imagenet' },
  { name: 'efficientnetv2b2', stages: baseStages, width: 1.1, depth: 1.2, side: 260, scaling: 'imagenet' },
  { name: 'efficientnetv2b3', stages: baseStages, width: 1.2, depth: 1.4, side: 300, scaling: 'imagenet' },
  { name: 'efficientnetv2s', stages: smallStages, width: 1.0, depth: 1.0, side: 384, scaling: 'symmetric' },
  { name: 'efficientnetv2m', stages: mediumStages, width: 1.0, depth: 1.0, side: 480, scaling: 'symmetric' },
  { name: 'efficientnetv2l', stages: largeStages, width: 1.0, depth: 1.0, side: 480, scaling: 'symmetric' },
] as const).map(efficientnetV2);

function efficientnetV2(member: Member): BackboneDefinition {
  const { name, stages, width, side, scaling } = member;
  const blocks = scaledBlocks(member);
  const blueprint: BackboneBlueprint = {
    name,
    inputSize: [side, side],
    minimumSize: 32,
    preprocessing: 'none',
    blocks: [
      { name: 'stem', lastLayer: 'stem_activation' },
      ...blocks.map((block) => ({ name: block.name, lastLayer: lastLayer(block) })),
      { name: 'top', lastLayer: 'top_activation' },
    ],
    topLayers: ['predictions'],
    top: droppingTop(0.2),
    graph: graph(kerasDetails),
  };
  const network = () => torchNetwork(blocks, stages.length);
  const torchDetails: GraphDetails = { ...kerasDetails, symmetric: true, scalesPixels: false };
  const torch = { preprocessing: 'torch', topModules: ['classifier'] } as const;
  const timm = { ...torch, moduleOf: timmModules(network), stem: 'conv_stem' };
  return defineBackbone(blueprint, [
    {
      ...torch,
      dialect: 'torchvision',
      // This one alone was trained on pixels from −1 to 1.
      preprocessing: name === 'efficientnetv2l' ? 'tf' : 'torch',
      graph: graph(torchDetails),
      moduleOf: torchvisionModules(network),
      stem: 'features.0.0',
    },
    { ...timm, dialect: 'timm', graph: graph({ ...torchDetails, epsilon: 1e-5 }) },
    {
      ...timm,
      dialect: 'timm-tf',
      preprocessing: scaling === 'symmetric' ? 'tf' : 'torch',
      graph: graph({ ...kerasDetails, scalesPixels: false }),
    },
  ]);

  function graph(details: GraphDetails) {
    const { epsilon, scalesPixels } = details;
    return (pixels: SymbolicTensor): SymbolicTensor => {
      const stem = activatedConvolution(scalesPixels ? scalePixels[scaling](pixels) : pixels, {
        name: 'stem_',
        filters: roundFilters(stages[0]?.from ?? 0, width),
        kernelSize,
        strides: 2,
        momentum,
        epsilon,
        padding: paddingOf(details),
      });
      const features = blocks.reduce((x, block) => addBlock(x, block, details), stem);
      const filters = roundFilters(topFilters, width);
      return activatedConvolution(features, { name: 'top_', filters, momentum, epsilon });
    };
  }
}

function paddingOf({ symmetric }: GraphDetails): 'same' | 'symmetric' {
  return symmetric ? 'symmetric' : 'same';
}

const scalePixels = {
  imagenet: (pixels: SymbolicTensor) =>
    normalization(rescaling(pixels, { name: 'rescaling', scale: 1 / 255 }), {
      name: 'normalization',
      mean: [0.485, 0.456, 0.406],
      variance: [0.229 ** 2, 0.224 ** 2, 0.225 ** 2],
    }),
  symmetric: (pixels: SymbolicTensor) => rescaling(pixels, { name: 'rescaling', scale: 1 / 128, offset: -1 }),
};

interface Block {
  readonly name: string;
  readonly kind: Stage['kind'];
  readonly from: number;
  readonly to: number;
  readonly expand: number;
  readonly strides: number;
  readonly dropRate: number;
}

function scaledBlocks({ stages, width, depth }: Member): readonly Block[] {
  const unscaled = stages.reduce((sum, { repeats }) => sum + repeats, 0);
  const blocks = stages.flatMap(({ repeats, from, to, ...stage }, stageIndex) =>
    Array.from({ length: Math.ceil(depth * repeats) }, (_, index) => ({
      ...stage,
      name: blockName(stageIndex, index),
      from: roundFilters(index === 0 ? from : to, width),
      to: roundFilters(to, width),
      strides: index === 0 ? stage.strides : 1,
    })),
  );
  return blocks.map((block, index) => ({ ...block, dropRate: (lastDropRate * index) / unscaled }));
}

function hasShortcut({ strides, from, to }: Block): boolean {
  return strides === 1 && from === to;
}

/** A fused block that does not widen ends in an activation. */
function isPlain({ kind, expand }: Block): boolean {
  return kind === 'fused' && expand === 1;
}

function lastLayer(block: Block): string {
  if (hasShortcut(block)) return `${block.name}_add`;
  return `${block.name}_project_${isPlain(block) ? 'activation' : 'bn'}`;
}

function addBlock(input: SymbolicTensor, block: Block, details: GraphDetails): SymbolicTensor {
  const x = block.kind === 'fused' ? fusedPath(input, block, details) : separatePath(input, block, details);
  const { name, dropRate } = block;
  return hasShortcut(block) ? addShortcut(x, { name: `${name}_`, shortcut: input, dropRate }) : x;
}

function fusedPath(input: SymbolicTensor, block: Block, details: GraphDetails): SymbolicTensor {
  const { name, from, to, expand, strides } = block;
  const normalization = { momentum, epsilon: details.epsilon };
  const project = { name: `${name}_project_`, filters: to, ...normalization };
  const window = { kernelSize, strides, padding: paddingOf(details) };
  if (isPlain(block)) return activatedConvolution(input, { ...project, ...window });
  const wide = { name: `${name}_expand_`, filters: from * expand, ...window, ...normalization };
  return normalizedConvolution(activatedConvolution(input, wide), project);
}

function separatePath(input: SymbolicTensor, block: Block, details: GraphDetails): SymbolicTensor {
  const { from, to, expand, strides } = block;
  const name = `${block.name}_`;
  const normalization = { momentum, epsilon: details.epsilon };
  const window = { kernelSize, strides, padding: paddingOf(details) };
  let x = activatedConvolution(input, { name: `${name}expand_`, filters: from * expand, ...normalization });
  x = depthwiseConvolution(x, { name: `${name}dwconv2`, ...window, useBias: false });
  x = swish(batchNormalization(x, { name: `${name}bn`, ...normalization }), `${name}activation`);
  x = squeezeAndExcite(x, { name, filters: Math.max(1, Math.floor(from * squeeze)) });
  return normalizedConvolution(x, { name: `${name}project_`, filters: to, ...normalization });
}

/** Filters of a wider network: the nearest multiple of eight. */
function roundFilters(filters: number, width: number): number {
  return Math.max(8, Math.floor((filters * width + 4) / 8) * 8);
}
