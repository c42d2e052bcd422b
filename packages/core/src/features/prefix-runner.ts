import { sha256 } from '../digest.js';
import type { InputSize, Interpolation, ResizeMode } from '../image.js';
import { networkConfig } from '../network/network-config.js';
import type { Engine, FeatureExtractor, FrozenPrefix, Int8Support } from '../ports/feature-extractor.js';
import type { Int8Aim, Int8Options } from '../quantization/calibrate-prefix.js';
import type { CalibrationSet } from '../quantization/calibration-set.js';
import { raisedNote } from '../quantization/raised-note.js';
import { requireInt8 } from '../quantization/require-int8.js';
import type { Precision, QuantizationPlan } from '../quantization/quantization-plan.js';
import { enlargedBatch } from './enlarged-batch.js';
import { featureVersion } from './feature-version.js';

/** What {@link createPrefixRunner} needs. */
export interface PrefixRunnerOptions {
  readonly prefix: FrozenPrefix;
  /** Digest of the prefix's weights. */
  readonly weightsDigest: string;
  readonly engine: Engine;
  readonly interpolation: Interpolation;
  /** Default: `stretch`. */
  readonly resize?: ResizeMode | undefined;
  /** Default: `fp32`. With `int8` and no plan in the prefix, {@link PrefixRunner.prepare} has to come first. */
  readonly precision?: Precision | undefined;
  readonly int8?: (Int8Options & Int8Aim) | undefined;
}

/** What {@link PrefixRunner.prepare} needs. */
export interface PrepareOptions extends CalibrationSet {
  /** Default: what the runner was made with. */
  readonly precision?: Precision | undefined;
  /** Receives why int8 is not used, where it was asked for. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** A frozen prefix on an engine; the engine is started only when an image has to be run. */
export interface PrefixRunner {
  /**
   * Tells everything apart that can change an activation, but the image and its view.
   * @throws RangeError if int8 was asked for and {@link prepare} has not run.
   */
  readonly digest: string;
  readonly engine: string;
  /** What really runs. */
  readonly precision: Precision;
  /** How int8 runs; undefined in fp32. */
  readonly quantization: QuantizationPlan | undefined;
  readonly inputSize: InputSize;
  readonly interpolation: Interpolation;
  readonly resize: ResizeMode;
  /** Shape of one row, without the batch axis. */
  readonly outputShape: readonly number[];
  /** Images gathered for each call of the engine. */
  readonly batchSize: number;
  /** Images that are read and decoded ahead. */
  readonly imagesAhead: number;
  /**
   * Calibrates int8 on training images, if it is asked for and not done; where int8 would change the features too much, the
   * work goes on in fp32.
   * @throws EngineError if the engine has no int8; DatasetError for too few images.
   */
  prepare(options: PrepareOptions): Promise<void>;
  extractor(): Promise<FeatureExtractor>;
  dispose(): Promise<void>;
}

const imagesPerCall = 8;

/** Makes a {@link PrefixRunner}; the caller disposes it. */
export async function createPrefixRunner(options: PrefixRunnerOptions): Promise<PrefixRunner> {
  const { prefix, engine, interpolation, resize = 'stretch' } = options;
  const { layers, output } = networkConfig(prefix.network);
  const float = await sha256(
    JSON.stringify({
      version: featureVersion,
      layers,
      output,
      weights: options.weightsDigest,
      preprocessing: prefix.preprocessing,
      inputSize: prefix.inputSize,
      interpolation,
      resize,
      engine: engine.name,
      engineVersion: engine.version,
    }),
  );
  const digestWith = (plan: QuantizationPlan) => sha256(JSON.stringify({ float, plan }));
  const perCall = engine.batchSize ?? imagesPerCall;
  let wanted: Precision = options.precision ?? 'fp32';
  let plan = prefix.quantization;
  let digest = plan === undefined ? float : await digestWith(plan);
  let prepared = wanted === 'fp32' || plan !== undefined;
  let started: Promise<FeatureExtractor> | undefined;

  const calibrate = async (set: CalibrationSet, support: Int8Support) => {
    const { calibratePrefix } = await import('../quantization/calibrate-prefix.js');
    return calibratePrefix(set, { ...options.int8, prefix, digest: float, interpolation, resize, support });
  };
  const stop = async (): Promise<void> => {
    const running = started;
    started = undefined;
    await (await running?.catch(() => undefined))?.dispose();
  };
  const requirePrepared = (): void => {
    if (!prepared)
      throw new RangeError('int8 is not calibrated yet: call fit, or calibrate with training images, first');
  };

  return {
    engine: engine.name,
    inputSize: prefix.inputSize,
    interpolation,
    resize,
    outputShape: (prefix.network.outputShape as number[]).slice(1),
    batchSize: Math.min(enlargedBatch(prefix.network, perCall), engine.largestBatchSize ?? Infinity),
    imagesAhead: 2 * perCall,
    get digest() {
      requirePrepared();
      return digest;
    },
    get precision() {
      return plan === undefined ? 'fp32' : 'int8';
    },
    get quantization() {
      return plan;
    },
    async prepare({ precision = wanted, onWarning, ...set }) {
      if (prepared && precision === wanted) return;
      const support = precision === 'int8' ? requireInt8(engine) : undefined;
      await stop();
      const calibration = support && (await calibrate(set, support));
      if (calibration?.precision === 'fp32') onWarning?.(`running in fp32: ${calibration.reason}`);
      plan = calibration?.precision === 'int8' ? calibration.plan : undefined;
      const note = plan && raisedNote(plan);
      if (note !== undefined) onWarning?.(note);
      digest = plan === undefined ? float : await digestWith(plan);
      wanted = precision;
      prepared = true;
    },
    extractor() {
      requirePrepared();
      if (started !== undefined) return started;
      const starting = engine.createExtractor({ ...prefix, quantization: plan });
      started = starting;
      // What failed once, for want of memory perhaps, may be tried again.
      starting.catch(() => {
        if (started === starting) started = undefined;
      });
      return starting;
    },
    async dispose() {
      await stop();
      prefix.network.dispose();
    },
  };
}
