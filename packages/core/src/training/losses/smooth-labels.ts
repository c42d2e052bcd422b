import { add, mul, type Tensor } from '@tensorflow/tfjs-core';

/** How far targets are moved, and to where. */
export interface SmoothingOptions {
  /** 0–1. */
  readonly smoothing: number;
  /** What a target becomes with a smoothing of 1. */
  readonly towards: number;
}

/** `target · (1 − smoothing) + towards · smoothing`, for one sample. */
export function smoothTarget(
  target: Float32Array,
  { smoothing, towards }: SmoothingOptions,
): Float32Array | Float64Array {
  if (smoothing === 0) return target;
  return Float64Array.from(target, (share) => share * (1 - smoothing) + towards * smoothing);
}

/** The same for a batch. */
export function smoothTargets(targets: Tensor, { smoothing, towards }: SmoothingOptions): Tensor {
  return smoothing === 0 ? targets : add(mul(targets, 1 - smoothing), towards * smoothing);
}
