import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { quoteNames } from '../errors.js';
import type { ImageReference } from '../image.js';
import type { HeadDefinition } from '../head/head-definition.js';
import { joinNetworks } from '../network/join-networks.js';
import { instantiateNetwork, networkConfig, type NetworkConfig } from '../network/network-config.js';
import type { FeatureCache } from '../ports/feature-cache.js';
import type { TransferModelParts } from '../model/transfer-model.js';
import type { Precision } from '../quantization/quantization-plan.js';
import { checkPrecision } from '../quantization/require-int8.js';
import { streamFeatures, type FeatureResult, type FeatureStreamOptions } from './feature-stream.js';
import { plainView, type FeatureView } from './feature-view.js';
import { createPrefixRunner } from './prefix-runner.js';

/** What is made of a backbone's last feature map; as `pooling` of `keras.applications`. */
export type Pooling = 'none' | 'avg' | 'max';

const poolings: Readonly<Record<Pooling, HeadDefinition['build'] | undefined>> = {
  none: undefined,
  avg: (features) => layers.globalAveragePooling2d({ name: 'pooling' }).apply(features) as SymbolicTensor,
  max: (features) => layers.globalMaxPooling2d({ name: 'pooling' }).apply(features) as SymbolicTensor,
};

/** Options of {@link extractFeatures}. */
export interface ExtractFeaturesOptions extends Pick<FeatureStreamOptions, 'onCacheFailure' | 'signal'> {
  /** Default: `none`. */
  readonly pooling?: Pooling | undefined;
  /** Keeps activations between runs. Default: the runtime's; `false` for none. */
  readonly cache?: FeatureCache | false | undefined;
  /** Default: what the parts ask for. */
  readonly precision?: Precision | undefined;
  /** What int8 is calibrated on: give the training images alone where others are extracted too. Default: the inputs. */
  readonly calibrationImages?: readonly ImageReference[] | undefined;
  /** The ways in which the input at a place is looked at: a row for each. Default: as it is. */
  readonly views?: ((index: number) => readonly FeatureView[]) | undefined;
  /** Receives why int8 is not used, where it was asked for. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Features of one image after another. */
export interface ExtractedFeatures {
  /** Shape of one image's features. */
  readonly shape: readonly number[];
  /** What the backbone really runs in. */
  readonly precision: Precision;
  /** One result for each input, in order. Consume it to the end, or `return` it. */
  readonly results: AsyncGenerator<FeatureResult, void, undefined>;
}

/**
 * Runs images through a whole backbone, without a head.
 * @param parts - A model's parts, as `buildTransferModel(…).parts` has them.
 * @throws RangeError for an unknown pooling or precision; EngineError if the engine has no int8; DatasetError for too few
 *   images to calibrate on.
 */
export async function extractFeatures(
  parts: TransferModelParts,
  inputs: readonly ImageReference[],
  options: ExtractFeaturesOptions = {},
): Promise<ExtractedFeatures> {
  const { pooling = 'none', cache: given = parts.runtime.cache, views, ...rest } = options;
  const cache = given === false ? undefined : given;
  if (!Object.hasOwn(poolings, pooling)) {
    throw new RangeError(`unknown pooling ${JSON.stringify(pooling)}; there are ${quoteNames(Object.keys(poolings))}`);
  }
  const prefix = await createPrefixRunner({
    prefix: {
      network: pooledBackbone(parts, pooling),
      weights: parts.weights.values,
      preprocessing: parts.preprocessing,
      inputSize: parts.inputSize,
    },
    weightsDigest: parts.weights.digest,
    engine: parts.engine,
    interpolation: parts.interpolation,
    resize: parts.resize,
    int8: parts.int8,
  });
  try {
    await prefix.prepare({
      precision: checkPrecision(options.precision ?? parts.precision ?? 'fp32'),
      training: options.calibrationImages ?? inputs,
      images: parts.runtime.images,
      cache,
      seed: parts.seed,
      signal: options.signal,
      onWarning: options.onWarning,
    });
  } catch (error) {
    await prefix.dispose();
    throw error;
  }
  const requests = inputs.map((source, index) => ({ source, views: views?.(index) ?? [plainView] }));
  async function* results(): AsyncGenerator<FeatureResult, void, undefined> {
    try {
      yield* streamFeatures(requests, {
        ...rest,
        prefix,
        images: parts.runtime.images,
        cache,
      });
    } finally {
      await prefix.dispose();
    }
  }
  return { shape: prefix.outputShape, precision: prefix.precision, results: results() };
}

function pooledBackbone(parts: TransferModelParts, pooling: Pooling): ReturnType<typeof instantiateNetwork> {
  const base = parts.backbone.build(parts.inputSize);
  const build = poolings[pooling];
  if (build === undefined) return base;
  const features = input({ shape: (base.outputShape as number[]).slice(1), name: 'pooling_input' });
  const pool = model({ inputs: features, outputs: build(features, { classes: 0 }), name: 'pooling_network' });
  const config: NetworkConfig = joinNetworks(networkConfig(base), networkConfig(pool));
  base.dispose();
  pool.dispose();
  return instantiateNetwork(config);
}
