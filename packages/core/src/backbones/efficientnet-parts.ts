import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { activation, add, batchNormalization, convolution, multiply } from './layer-vocabulary.js';

/** What EfficientNet and EfficientNetV2 share. */

export interface StepOptions {
  /** Prefix of the layers' names: `block1a_expand_`. */
  readonly name: string;
  readonly filters: number;
  readonly kernelSize?: number;
  readonly strides?: number;
  readonly padding?: 'same' | 'valid';
  readonly momentum?: number;
}

/** Convolution without bias, then batch normalisation. */
export function normalizedConvolution(x: SymbolicTensor, options: StepOptions): SymbolicTensor {
  const { name, momentum = 0.99, kernelSize = 1, ...rest } = options;
  const convolved = convolution(x, { ...rest, name: `${name}conv`, kernelSize, useBias: false });
  return batchNormalization(convolved, { name: `${name}bn`, momentum });
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

/** `block2a`: the stage from 1 on, then the block in it from `a` on. */
export function blockName(stage: number, block: number): string {
  return `block${stage + 1}${String.fromCharCode(97 + block)}`;
}
