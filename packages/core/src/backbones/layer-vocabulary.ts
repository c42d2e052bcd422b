import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';

/** The few layers that the families are made of, in Keras' terms. Kernels start at zero: values are set later. */

export interface ConvolutionOptions {
  readonly name: string;
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides?: number;
  readonly padding?: 'same' | 'valid';
  readonly activation?: 'relu';
}

export function convolution(x: SymbolicTensor, options: ConvolutionOptions): SymbolicTensor {
  const { strides = 1, padding = 'same', ...rest } = options;
  return output(layers.conv2d({ ...rest, strides, padding, kernelInitializer: 'zeros' }).apply(x));
}

export interface PoolingOptions {
  readonly name: string;
  readonly poolSize: number;
  readonly strides: number;
}

/** Max pooling without padding. */
export function maxPooling(x: SymbolicTensor, options: PoolingOptions): SymbolicTensor {
  return output(layers.maxPooling2d({ ...options, padding: 'valid' }).apply(x));
}

export function relu(x: SymbolicTensor, name: string): SymbolicTensor {
  return output(layers.activation({ activation: 'relu', name }).apply(x));
}

/** Joins along the channels. */
export function concatenate(parts: readonly SymbolicTensor[], name: string): SymbolicTensor {
  return output(layers.concatenate({ axis: 3, name }).apply([...parts]));
}

// A layer applied to a symbolic tensor gives one; tfjs' type also covers eager tensors and several outputs.
function output(result: unknown): SymbolicTensor {
  return result as SymbolicTensor;
}
