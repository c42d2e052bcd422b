import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ImageBatch, InputSize } from '../image.js';
import type { CalibrateOptions } from '../quantization/calibrate.js';
import type { Calibration, QuantizationPlan } from '../quantization/quantization-plan.js';
import type { Preprocessing } from '../preprocessing/preprocessing.js';
import type { NetworkWeights } from '../weights/weight-file.js';

/** The part of a transfer model that never changes: what an engine is asked to run. */
export interface FrozenPrefix {
  /** Topology from the preprocessed input to the boundary. Its own variables hold no values: see `weights`. */
  readonly network: LayersModel;
  readonly weights: NetworkWeights;
  readonly preprocessing: Preprocessing;
  readonly inputSize: InputSize;
  /** Runs it in int8, as calibration found out; undefined for fp32. */
  readonly quantization?: QuantizationPlan | undefined;
}

/** Port: runs a frozen prefix. An image's activations do not depend on the other images of its batch. */
export interface FeatureExtractor {
  /** The engine's name, e.g. `onnxruntime`. */
  readonly engine: string;
  /** Shape of one image's activations, without the batch axis. */
  readonly outputShape: readonly number[];
  /** How many images a call should hold for this engine to run well. */
  readonly batchSize: number;
  /**
   * @param batch - Images at the prefix's input size. Its memory is the caller's, who uses it again after this call.
   * @returns Activations at the boundary, shape `[count, ...outputShape]`, float32, owned by the caller.
   * @throws RangeError for another image size; EngineError if the engine fails.
   */
  extract(batch: ImageBatch): Promise<Float32Array>;
  /** Frees the engine's memory; the extractor cannot be used afterwards. */
  dispose(): Promise<void>;
}

/** An ONNX graph with one input, `image`, ready to run. */
export interface GraphSession {
  /** @returns Each float output by its name, owned by the caller. */
  run(images: ImageBatch): Promise<ReadonlyMap<string, Float32Array>>;
  release(): Promise<void>;
}

/** Whether an engine can run here, and if not why, and how to get it. */
export type EngineStatus =
  | { readonly usable: true; readonly detail: string }
  | { readonly usable: false; readonly reason: string; readonly remedy: string };

/** int8 of an engine. */
export interface Int8Support {
  /** Bits of a weight that this processor adds up without overflow. */
  weightBits(): Promise<7 | 8>;
  /**
   * Finds out how a prefix can run in int8.
   * @param images - Training images.
   * @throws RangeError for fewer than 8 images; EngineError if the engine fails; UnsupportedLayerError.
   */
  calibrate(prefix: FrozenPrefix, images: ImageBatch, options: Int8CalibrateOptions): Promise<Calibration>;
}

/** Options of {@link Int8Support.calibrate}. */
export type Int8CalibrateOptions = Omit<CalibrateOptions, 'open'>;

/** What has to be known of a graph beside itself. */
export interface GraphFacts {
  readonly inputSize: InputSize;
  /** Shape of one image's output, without the batch axis. */
  readonly outputShape: readonly number[];
  /** Of a graph in int8. */
  readonly weightBits?: 7 | 8 | undefined;
}

/** Makes feature extractors of one kind. */
export interface Engine {
  readonly name: string;
  /** The version of what computes; features of another one are not taken from the cache. */
  readonly version?: string | undefined;
  /** Further names that it is asked for by. */
  readonly aliases?: readonly string[] | undefined;
  /**
   * Hardware that most machines lack. `auto` takes it where it runs, if it says so here, and else does not mention it.
   */
  readonly accelerator?: { readonly automatic: boolean } | undefined;
  /** How many images a call should hold, of a network like ResNet-50; smaller ones get more. Default: 8. */
  readonly batchSize?: number | undefined;
  /** How many a call may hold. Default: 8 times `batchSize`. */
  readonly largestBatchSize?: number | undefined;
  /** Undefined where the engine runs in fp32 only. */
  readonly int8?: Int8Support | undefined;
  /**
   * Runs a graph that `exportPrefix` wrote. Undefined where the engine does not run ONNX graphs.
   * @throws EngineError if it cannot run here, or the graph cannot be run.
   */
  openGraph?(graph: Uint8Array, facts: GraphFacts): Promise<FeatureExtractor>;
  /** Says whether the engine can run here; never throws. */
  check(): Promise<EngineStatus>;
  /** @throws EngineError if it cannot run here; UnsupportedLayerError if it cannot run this network. */
  createExtractor(prefix: FrozenPrefix): Promise<FeatureExtractor>;
}
