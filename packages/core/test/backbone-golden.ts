import { readFileSync } from 'node:fs';
import type { PreprocessingMode } from '../src/preprocessing/preprocessing.js';

/**
 * What Keras computed for one backbone (oracles/backbones.py): weights are
 * `seededWeights(network, { seed, draw: 'everything' })`, pixels are `formulaImage(inputSize, seed)`.
 */
export interface BackboneGolden {
  readonly name: string;
  readonly seed: number;
  readonly parameters: number;
  /** All layers after the input, in Keras' order. */
  readonly layers: readonly string[];
  readonly weightsDigest: string;
  readonly cases: readonly BackboneGoldenCase[];
}

/** One input size: the first case is the network's own size, the second a small one. */
export interface BackboneGoldenCase {
  readonly inputSize: readonly [height: number, width: number];
  readonly preprocessing: PreprocessingMode;
  /** Without the batch axis: `[height, width, channels]`. */
  readonly outputShape: readonly [number, number, number];
  /** The largest absolute activation. */
  readonly largest: number;
  /** Positions in the flat output (C order) and their values. */
  readonly probes: { readonly indices: readonly number[]; readonly values: readonly number[] };
}

export function readBackboneGolden(name: string): BackboneGolden {
  const url = new URL(`./golden/backbones/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as BackboneGolden;
}

/** The largest difference between an output and a golden's probes, relative to the largest activation. */
export function probeError(output: ArrayLike<number>, { probes, largest }: BackboneGoldenCase): number {
  const errors = probes.indices.map((index, n) => Math.abs((output[index] ?? Number.NaN) - (probes.values[n] ?? 0)));
  return Math.max(...errors) / largest;
}
