import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { GraphDetails } from './dialect.js';
import { activation, add, batchNormalization, convolution, multiply } from './layer-vocabulary.js';
import type { BlockStep, TorchBlock, TorchNetwork } from './torch-modules/inverted-block-modules.js';

/** What EfficientNet and EfficientNetV2 share. */

/** In the networks of Keras, and in those that others took over from TensorFlow. */
export const kerasDetails: GraphDetails = { epsilon: 0.001, symmetric: false, scalesPixels: true };

export interface StepOptions {
  /** Prefix of the layers' names: `block1a_expand_`. */
  readonly name: string;
  readonly filters: number;
  readonly kernelSize?: number;
  readonly strides?: number;
  readonly padding?: 'same' | 'valid' | 'symmetric';
  readonly momentum?: number;
  readonly epsilon: number;
}

/** Convolution without bias, then batch normalisation. */
export function normalizedConvolution(x: SymbolicTensor, options: StepOptions): SymbolicTensor {
  const { name, momentum = 0.99, epsilon, kernelSize = 1, ...rest } = options;
  const convolved = convolution(x, { ...rest, name: `${name}conv`, kernelSize, useBias: false });
  return batchNormalization(convolved, { name: `${name}bn`, momentum, epsilon });
}

export function swish(x: SymbolicTensor, name: string): SymbolicTensor {
  return activation(x, { activation: 'swish', name });
}

/** Convolution, batch normalisation, swish. */
export function activatedConvolution(x: SymbolicTensor, options: StepOptions): SymbolicTensor {
  return swish(normalizedConvolution(x, options), `${options.name}activation`);
}

/** Weighs the channels by what a small network makes of their averages. */
export function squeezeAndExcite(
  x: SymbolicTensor,
  { name, filters }: { readonly name: string; readonly filters: number },
): SymbolicTensor {
  const channels = Number(x.shape.at(-1));
  const average = layers.globalAveragePooling2d({ name: `${name}se_squeeze` }).apply(x) as SymbolicTensor;
  const pixel = layers.reshape({ targetShape: [1, 1, channels], name: `${name}se_reshape` }).apply(average);
  const reduced = convolution(pixel as SymbolicTensor, {
    name: `${name}se_reduce`,
    filters,
    kernelSize: 1,
    activation: 'swish',
  });
  const expanded = convolution(reduced, {
    name: `${name}se_expand`,
    filters: channels,
    kernelSize: 1,
    activation: 'sigmoid',
  });
  return multiply([x, expanded], `${name}se_excite`);
}

/** Adds the block's input; while training the rest is left out for some images. */
export function addShortcut(
  x: SymbolicTensor,
  options: { readonly name: string; readonly shortcut: SymbolicTensor; readonly dropRate: number },
): SymbolicTensor {
  const { name, shortcut, dropRate } = options;
  if (dropRate === 0) return add([x, shortcut], `${name}add`);
  const dropout = layers.dropout({ rate: dropRate, noiseShape: [null, 1, 1, 1] as number[], name: `${name}drop` });
  return add([dropout.apply(x) as SymbolicTensor, shortcut], `${name}add`);
}

/** What {@link torchNetwork} needs to know of a block. */
export interface NamedBlock {
  readonly name: string;
  readonly expand: number;
  readonly kind?: 'fused' | 'separate';
}

/** Where PyTorch's libraries keep a network's layers. */
export function torchNetwork(blocks: readonly NamedBlock[], stages: number): TorchNetwork {
  return {
    blocks: blocks.map((block): TorchBlock => {
      const [, stage, letter = 'a'] = /^block(\d)(.)$/.exec(block.name) ?? [];
      const index = letter.charCodeAt(0) - 97;
      return {
        name: block.name,
        steps: stepsOf(block),
        torchvision: `features.${stage}.${index}.block`,
        place: [Number(stage) - 1, index],
      };
    }),
    ends: {
      torchvision: {
        stem_conv: 'features.0.0',
        stem_bn: 'features.0.1',
        top_conv: `features.${stages + 1}.0`,
        top_bn: `features.${stages + 1}.1`,
      },
      timm: { stem_conv: 'conv_stem', stem_bn: 'bn1', top_conv: 'conv_head', top_bn: 'bn2' },
    },
  };
}

function stepsOf({ kind = 'separate', expand }: NamedBlock): readonly BlockStep[] {
  if (kind === 'fused') return expand === 1 ? ['project'] : ['fused', 'project'];
  const steps: readonly BlockStep[] = ['depthwise', 'squeeze', 'project'];
  return expand === 1 ? steps : ['expand', ...steps];
}

/** `block2a`: the stage from 1 on, then the block in it from `a` on. */
export function blockName(stage: number, block: number): string {
  return `block${stage + 1}${String.fromCharCode(97 + block)}`;
}
