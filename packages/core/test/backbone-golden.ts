import { readFileSync } from 'node:fs';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { PreprocessingMode } from '../src/preprocessing/preprocessing.js';
import { seededWeights } from '../src/weights/seeded-weights.js';
import type { NetworkWeights } from '../src/weights/weight-file.js';
import { bytesChecksum } from './checksum.js';

/**
 * What Keras computed for one backbone (oracles/backbones.py): weights are {@link goldenWeights}, pixels are
 * `formulaImage(inputSize, seed)`.
 */
export interface BackboneGolden {
  readonly name: string;
  readonly seed: number;
  readonly parameters: number;
  /** All layers after the input, in Keras' order; CRC-32 of the names joined by commas where they are many. */
  readonly layers: readonly string[] | { readonly count: number; readonly checksum: number };
  readonly weightsDigest: string;
  /**
   * The first weight of layers whose names match is made smaller by a power of two: else activations would grow from
   * block to block until biases no longer counted.
   */
  readonly damping?: { readonly layers: string; readonly factor: number };
  /** The smallest side that Keras takes, and what it gives then; undefined where the side was found by hand to give one pixel. */
  readonly minimum?: { readonly size: number; readonly outputShape: readonly [number, number, number] };
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

/** Members that a smaller one of their family stands for where time is short. */
export function isLargeMember(name: string): boolean {
  return /^(?:nasnetlarge|efficientnetb[1-7]|efficientnetv2(?:b[1-3]|[sml])|convnext(?:small|base|x?large))$/.test(
    name,
  );
}

export function readBackboneGolden(name: string): BackboneGolden {
  const url = new URL(`./golden/backbones/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as BackboneGolden;
}

/** Names of layers as `golden.layers` has them. */
export function goldenLayers(names: readonly string[], { layers }: BackboneGolden): BackboneGolden['layers'] {
  if ('checksum' in layers) {
    return { count: names.length, checksum: bytesChecksum(new TextEncoder().encode(names.join(','))) };
  }
  return names;
}

/** The weights that Keras had. */
export function goldenWeights(network: LayersModel, { seed, damping }: BackboneGolden): NetworkWeights {
  const weights = seededWeights(network, { seed, draw: 'everything' });
  if (damping === undefined) return weights;
  const damped = new RegExp(damping.layers);
  for (const [name, [first]] of weights) {
    if (damped.test(name)) first?.data.forEach((value, i) => (first.data[i] = value * damping.factor));
  }
  return weights;
}

/** The largest difference between an output and a golden's probes, relative to the largest activation. */
export function probeError(
  output: ArrayLike<number>,
  { probes, largest }: Pick<BackboneGoldenCase, 'largest' | 'probes'>,
): number {
  const errors = probes.indices.map((index, n) => Math.abs((output[index] ?? Number.NaN) - (probes.values[n] ?? 0)));
  return Math.max(...errors) / largest;
}
