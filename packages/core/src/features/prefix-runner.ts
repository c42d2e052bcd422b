import { sha256 } from '../digest.js';
import type { InputSize, Interpolation } from '../image.js';
import { networkConfig } from '../network/network-config.js';
import type { Engine, FeatureExtractor, FrozenPrefix } from '../ports/feature-extractor.js';

/** What {@link createPrefixRunner} needs. */
export interface PrefixRunnerOptions {
  readonly prefix: FrozenPrefix;
  /** Digest of the prefix's weights. */
  readonly weightsDigest: string;
  readonly engine: Engine;
  readonly interpolation: Interpolation;
}

/** A frozen prefix on an engine; the engine is started only when an image has to be run. */
export interface PrefixRunner {
  /** Tells everything apart that can change an activation, but the image and its view. */
  readonly digest: string;
  readonly engine: string;
  readonly inputSize: InputSize;
  readonly interpolation: Interpolation;
  /** Shape of one row, without the batch axis. */
  readonly outputShape: readonly number[];
  /** Images gathered for each call of the engine. */
  readonly batchSize: number;
  extractor(): Promise<FeatureExtractor>;
  dispose(): Promise<void>;
}

// Raised whenever the same inputs may give other activations than before.
const featureVersion = 1;
const imagesPerCall = 8;

/** Makes a {@link PrefixRunner}; the caller disposes it. */
export async function createPrefixRunner(options: PrefixRunnerOptions): Promise<PrefixRunner> {
  const { prefix, engine, interpolation } = options;
  const { layers, output } = networkConfig(prefix.network);
  const digest = await sha256(
    JSON.stringify({
      version: featureVersion,
      layers,
      output,
      weights: options.weightsDigest,
      preprocessing: prefix.preprocessing,
      inputSize: prefix.inputSize,
      interpolation,
      engine: engine.name,
    }),
  );
  let started: Promise<FeatureExtractor> | undefined;
  return {
    digest,
    engine: engine.name,
    inputSize: prefix.inputSize,
    interpolation,
    outputShape: (prefix.network.outputShape as number[]).slice(1),
    batchSize: imagesPerCall,
    extractor: () => (started ??= engine.createExtractor(prefix)),
    async dispose() {
      await (await started?.catch(() => undefined))?.dispose();
      prefix.network.dispose();
    },
  };
}
