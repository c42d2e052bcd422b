import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { quoteNames } from '../errors.js';
import type { HeadDefinition } from '../head/head-definition.js';
import type { ImageReference } from '../image.js';
import type { TransferModelParts } from '../model/transfer-model.js';
import { joinNetworks } from '../network/join-networks.js';
import { instantiateNetwork, networkConfig, type NetworkConfig } from '../network/network-config.js';
import { checkPrecision } from '../quantization/require-int8.js';
import type { ExtractedFeatures, ExtractFeaturesOptions, Pooling } from './extract-features.js';
import { streamFeatures, type FeatureResult } from './feature-stream.js';
import { plainView } from './feature-view.js';
import { createPrefixRunner } from './prefix-runner.js';

const poolings: Readonly<Record<Pooling, HeadDefinition['build'] | undefined>> = {
  none: undefined,
  avg: (features) => layers.globalAveragePooling2d({ name: 'pooling' }).apply(features) as SymbolicTensor,
  max: (features) => layers.globalMaxPooling2d({ name: 'pooling' }).apply(features) as SymbolicTensor,
};

/** What `extractFeatures` does, once it is there. */
export async function streamExtraction(
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
      onProgress: options.onProgress,
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
  return {
    shape: prefix.outputShape,
    precision: prefix.precision,
    digest: prefix.digest,
    results: results(),
    dispose: () => prefix.dispose(),
  };
}

/** A backbone with a pooling behind it, without values in its weights. The caller disposes it. */
export function pooledBackbone(parts: TransferModelParts, pooling: Pooling): ReturnType<typeof instantiateNetwork> {
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
