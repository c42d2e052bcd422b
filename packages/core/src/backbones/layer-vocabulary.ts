import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';

/** The few layers that the families are made of, in Keras' terms. Kernels start at zero: values are set later. */

export interface ConvolutionOptions {
  readonly name: string;
  readonly filters: number;
  readonly kernelSize: number | readonly [height: number, width: number];
  readonly strides?: number;
  /** `symmetric`: `same` with as many zeros on each side, as PyTorch has it. Default: `same`. */
  readonly padding?: 'same' | 'valid' | 'symmetric';
  readonly activation?: ActivationName;
  /** Default: true. */
  readonly useBias?: boolean;
}

/** Keras 3's names of activations. */
export type ActivationName = 'gelu' | 'hard_sigmoid' | 'hard_swish' | 'linear' | 'relu' | 'sigmoid' | 'swish';

export function convolution(x: SymbolicTensor, options: ConvolutionOptions): SymbolicTensor {
  const layer = layers.conv2d({ ...convolutionArguments(options), kernelInitializer: 'zeros' });
  return output(layer.apply(padSymmetrically(x, options)));
}

/** One filter for each channel. */
export function depthwiseConvolution(x: SymbolicTensor, options: Omit<ConvolutionOptions, 'filters'>): SymbolicTensor {
  const layer = layers.depthwiseConv2d({ ...convolutionArguments(options), depthwiseInitializer: 'zeros' });
  return output(layer.apply(padSymmetrically(x, options)));
}

/** One filter for each channel, then a 1×1 convolution: one layer with two kernels. */
export function separableConvolution(
  x: SymbolicTensor,
  options: ConvolutionOptions & { readonly padding?: 'same' | 'valid' },
): SymbolicTensor {
  const kernels = { depthwiseInitializer: 'zeros', pointwiseInitializer: 'zeros' } as const;
  return output(layers.separableConv2d({ ...convolutionArguments(options), ...kernels }).apply(x));
}

function convolutionArguments<Options extends Omit<ConvolutionOptions, 'filters'>>(options: Options) {
  const { strides = 1, padding = 'same', activation = 'linear', kernelSize, ...rest } = options;
  const ownPadding: 'same' | 'valid' = padding !== 'symmetric' ? padding : strides === 1 ? 'same' : 'valid';
  return { ...rest, kernelSize: side(kernelSize), strides, padding: ownPadding, activation: known(activation) };
}

/** Adds the border of a symmetric convolution where `same` would not: in front of one that moves by more than 1. */
function padSymmetrically(x: SymbolicTensor, options: Omit<ConvolutionOptions, 'filters'>): SymbolicTensor {
  const { name, kernelSize, strides = 1, padding } = options;
  if (padding !== 'symmetric' || strides === 1 || kernelSize === 1) return x;
  const [height, width] = typeof kernelSize === 'number' ? [kernelSize, kernelSize] : kernelSize;
  return zeroPadding(x, { name: `${name}_pad`, padding: border(Math.floor(height / 2), Math.floor(width / 2)) });
}

export interface BatchNormalizationOptions {
  readonly name: string;
  /** Default: 0.001. */
  readonly epsilon?: number;
  /** Default: 0.99. */
  readonly momentum?: number;
  /** Whether it has a gamma. Default: true. */
  readonly scale?: boolean;
}

export function batchNormalization(x: SymbolicTensor, options: BatchNormalizationOptions): SymbolicTensor {
  return output(layers.batchNormalization({ ...options, axis: -1 }).apply(x));
}

export interface PoolingOptions {
  readonly name: string;
  readonly poolSize: number;
  readonly strides: number;
  /** Default: `valid`, without padding. */
  readonly padding?: 'same' | 'valid';
}

export function maxPooling(x: SymbolicTensor, options: PoolingOptions): SymbolicTensor {
  return output(layers.maxPooling2d({ padding: 'valid', ...options }).apply(x));
}

/** Padding does not count towards the average. */
export function averagePooling(x: SymbolicTensor, options: PoolingOptions): SymbolicTensor {
  return output(layers.averagePooling2d({ padding: 'valid', ...options }).apply(x));
}

/** Pixels of zeros: `[[top, bottom], [left, right]]`. */
export type Border = readonly [readonly [number, number], readonly [number, number]];

export function zeroPadding(x: SymbolicTensor, options: { padding: Border; name: string }): SymbolicTensor {
  const [[top, bottom], [left, right]] = options.padding;
  const padding: [[number, number], [number, number]] = [
    [top, bottom],
    [left, right],
  ];
  return output(layers.zeroPadding2d({ name: options.name, padding }).apply(x));
}

/** As many pixels of zeros on each side. */
export function border(vertical: number, horizontal = vertical): Border {
  return [
    [vertical, vertical],
    [horizontal, horizontal],
  ];
}

/**
 * The border in front of a convolution of stride 2 without padding: the pixel too many of an even side is left out at the
 * top and the left.
 * @see Keras `applications/imagenet_utils.py` `correct_pad`
 */
export function stridePadding(x: SymbolicTensor, kernelSize: number): Border {
  const half = Math.floor(kernelSize / 2);
  const [, height = 0, width = 0] = x.shape as number[];
  return [
    [half - 1 + (height % 2), half],
    [half - 1 + (width % 2), half],
  ];
}

export function relu(x: SymbolicTensor, name: string): SymbolicTensor {
  return activation(x, { activation: 'relu', name });
}

/** Keras' `ReLU` layer, cut off at 6. */
export function relu6(x: SymbolicTensor, name: string): SymbolicTensor {
  return output(layers.reLU({ maxValue: 6, name }).apply(x));
}

export function activation(
  x: SymbolicTensor,
  options: { readonly activation: ActivationName; readonly name: string },
): SymbolicTensor {
  return output(layers.activation({ ...options, activation: known(options.activation) }).apply(x));
}

/** Adds images; one of a single pixel is added everywhere. */
export function add(terms: readonly SymbolicTensor[], name: string): SymbolicTensor {
  return output(layers.add({ name }).apply([...terms]));
}

/** Multiplies images; one of a single pixel multiplies everywhere. */
export function multiply(factors: readonly SymbolicTensor[], name: string): SymbolicTensor {
  return output(layers.multiply({ name }).apply([...factors]));
}

/** Joins along the channels. */
export function concatenate(parts: readonly SymbolicTensor[], name: string): SymbolicTensor {
  return output(layers.concatenate({ axis: 3, name }).apply([...parts]));
}

function side(kernelSize: ConvolutionOptions['kernelSize']): number | [number, number] {
  return typeof kernelSize === 'number' ? kernelSize : [kernelSize[0], kernelSize[1]];
}

// tfjs types the activations that it brings along; others can be registered.
function known(name: ActivationName): 'linear' {
  return name as 'linear';
}

// A layer applied to a symbolic tensor gives one; tfjs' type also covers eager tensors and several outputs.
function output(result: unknown): SymbolicTensor {
  return result as SymbolicTensor;
}
