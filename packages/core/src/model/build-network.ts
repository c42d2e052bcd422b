import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import { quoteNames } from '../errors.js';
import { createPrefixRunner, type PrefixRunner } from '../features/prefix-runner.js';
import { zeroKernels } from '../head/zero-kernels.js';
import { findCutBefore } from '../network/cut-before.js';
import { findFreezeBoundary } from '../network/freeze-boundary.js';
import { networkConfig, type NetworkConfig } from '../network/network-config.js';
import { NetworkRunner } from '../network/run-network.js';
import { assignWeights } from '../weights/assign-weights.js';
import { seededWeights } from '../weights/seeded-weights.js';
import type { NetworkWeights } from '../weights/weight-file.js';
import { layerShapes } from '../weights/layer-shapes.js';
import { assembleNetwork, type AssembledNetwork } from './assemble-network.js';
import { rememberedData } from './remembered-data.js';
import type { BuiltNetwork, TransferModelParts } from './transfer-model.js';

/** How much of the backbone trains. */
export interface Unfrozen {
  /** The first layer that trains; all behind it do too. */
  readonly unfreezeFrom: string;
  readonly batchNormalization: BatchNormalizationMode;
}

/**
 * What batch normalisation of unfrozen blocks does. `inference`: it keeps the statistics that it was pretrained with, and its scale
 * and centre train; what Keras' guide advises, `base(x, training=False)`. `frozen`: nothing of it trains. `train`: it takes each
 * batch's own statistics and follows them, and the backbone's dropout is at work, as in `base(x, training=True)`.
 */
export type BatchNormalizationMode = 'frozen' | 'inference' | 'train';

/** What {@link buildNetwork} needs beside a model's parts. */
export interface BuildNetworkOptions {
  readonly classNames: readonly string[];
  /** Default: nothing of the backbone trains. */
  readonly unfrozen?: Unfrozen | undefined;
  /** The prefix's last layer; found by itself if undefined. */
  readonly boundary?: string | undefined;
  /** Where an earlier boundary was: what lies behind it may have been trained, and must not come into the prefix. */
  readonly earlierBoundary?: string | undefined;
  /** Weights that go before the backbone's own and the seeded ones. */
  readonly weights?: NetworkWeights | undefined;
  /** All weights of the suffix, of a saved model: none is drawn. */
  readonly saved?: NetworkWeights | undefined;
}

/**
 * Puts both sides of a model together, with their weights. The caller disposes what it gets.
 * @throws WeightsError or RangeError for `saved` weights of another network; nothing of their size is made before.
 */
export async function buildNetwork(parts: TransferModelParts, options: BuildNetworkOptions): Promise<BuiltNetwork> {
  const { classNames, unfrozen, weights, saved } = options;
  const boundary = options.boundary ?? (unfrozen && boundaryBefore(unfrozen.unfreezeFrom, { ...options, parts }));
  const network = assembleNetwork({ ...parts, boundary, classes: classNames.length });
  try {
    if (saved !== undefined) {
      requireFit(network, { classNames, known: parts.weights.values });
      assignWeights(network.suffix, saved);
    } else {
      const initial = seededWeights(network.suffix, { seed: parts.seed });
      assignWeights(
        network.suffix,
        new Map([...initial, ...zeroKernels(network.suffix), ...parts.weights.values, ...(weights ?? [])]),
      );
    }
    const backbone = backboneConfig(parts);
    const inferenceLayers = new Set(
      unfrozen?.batchNormalization === 'train' ? [] : backbone.layers.map((layer) => layer.name),
    );
    if (unfrozen !== undefined) freezeBefore(network.suffix, unfrozen, backbone);
    const prefix = await prefixRunnerOf(network, parts);
    const suffix = new NetworkRunner(network.suffix, { inferenceLayers });
    return { classNames, head: network.head, boundary: network.boundary, prefix, suffix, unfrozen };
  } catch (error) {
    network.prefix.dispose();
    network.suffix.dispose();
    throw error;
  }
}

function prefixRunnerOf(network: AssembledNetwork, parts: TransferModelParts): Promise<PrefixRunner> {
  return createPrefixRunner({
    prefix: {
      network: network.prefix,
      weights: parts.weights.values,
      preprocessing: parts.preprocessing,
      inputSize: parts.inputSize,
      // A plan holds for the boundary that it was made for.
      quantization: network.boundary === parts.boundary ? parts.quantization : undefined,
    },
    precision: parts.precision,
    int8: parts.int8,
    weightsDigest: parts.weights.digest,
    engine: parts.engine,
    interpolation: parts.interpolation,
    resize: parts.resize,
  });
}

/** What a saved model says of itself must be true of its network: a score for each class, and weights for all that is frozen. */
function requireFit(
  { prefix, suffix }: Pick<AssembledNetwork, 'prefix' | 'suffix'>,
  { classNames, known }: { readonly classNames: readonly string[]; readonly known: NetworkWeights },
): void {
  const [, ...scores] = suffix.outputShape as (number | null)[];
  if (scores.length !== 1 || scores[0] !== classNames.length) {
    throw new RangeError(`its network gives ${scores.join('×')} scores for ${classNames.length} classes`);
  }
  const unknown = layerShapes(prefix).find(({ name }) => !known.has(name));
  if (unknown !== undefined) {
    throw new RangeError(`layer ${quoteNames([unknown.name])} lies before the boundary, but is none of the backbone's`);
  }
}

/** The backbone as plain data: its layers in their order. */
export function backboneConfig(parts: {
  backbone: BackboneDefinition;
  inputSize: TransferModelParts['inputSize'];
}): NetworkConfig {
  const { backbone, inputSize } = parts;
  return rememberedData(backbone, JSON.stringify(['backbone', inputSize]), () => {
    const base = backbone.build(inputSize);
    try {
      return networkConfig(base);
    } finally {
      base.dispose();
    }
  });
}

function boundaryBefore(
  unfreezeFrom: string,
  { parts, earlierBoundary = '' }: Pick<BuildNetworkOptions, 'earlierBoundary'> & { parts: TransferModelParts },
): string {
  const base = parts.backbone.build(parts.inputSize);
  try {
    const config = networkConfig(base);
    const boundary = findFreezeBoundary(base, findCutBefore(config, unfreezeFrom));
    const order = config.layers.map((layer) => layer.name);
    return order.slice(0, order.indexOf(boundary)).includes(earlierBoundary) ? earlierBoundary : boundary;
  } finally {
    base.dispose();
  }
}

/** Freezes what lies between the boundary and the first layer that trains. */
function freezeBefore(suffix: NetworkRunner['network'], unfrozen: Unfrozen, backbone: NetworkConfig): void {
  const order = backbone.layers.map((layer) => layer.name);
  const first = order.indexOf(unfrozen.unfreezeFrom);
  const classes = new Map(backbone.layers.map((layer) => [layer.name, layer.className]));
  for (const layer of suffix.layers) {
    const place = order.indexOf(layer.name);
    const normalizes = unfrozen.batchNormalization === 'frozen' && classes.get(layer.name) === 'BatchNormalization';
    if (place >= 0 && (place < first || normalizes)) layer.trainable = false;
  }
}
