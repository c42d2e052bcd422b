import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { Normalization, type NormalizationArguments } from '../layers/normalization.js';

/** The layers by which a network scales its own pixels; such networks take 0–255. */

export interface RescalingOptions {
  readonly name: string;
  /** One factor, or one for each channel. */
  readonly scale: number | readonly number[];
  readonly offset?: number;
}

/** `scale · x + offset`. @see Keras `layers.Rescaling` */
export function rescaling(x: SymbolicTensor, { name, scale, offset = 0 }: RescalingOptions): SymbolicTensor {
  // tfjs types one number, but multiplies by whatever it is given.
  return layers.rescaling({ name, scale: scale as number, offset }).apply(x) as SymbolicTensor;
}

/** @see Keras `layers.Normalization` */
export function normalization(x: SymbolicTensor, options: NormalizationArguments): SymbolicTensor {
  return new Normalization(options).apply(x) as SymbolicTensor;
}
