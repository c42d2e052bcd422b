import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ImageBatch, InputSize } from '../image.js';
import type { Preprocessing } from '../preprocessing/preprocessing.js';
import type { NetworkWeights } from '../weights/weight-file.js';

/** The part of a transfer model that never changes: what an engine is asked to run. */
export interface FrozenPrefix {
  /** Topology from the preprocessed input to the boundary. Its own variables hold no values: see `weights`. */
  readonly network: LayersModel;
  readonly weights: NetworkWeights;
  readonly preprocessing: Preprocessing;
  readonly inputSize: InputSize;
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
   * @param batch - Images at the prefix's input size.
   * @returns Activations at the boundary, shape `[count, ...outputShape]`, float32, owned by the caller.
   * @throws RangeError for another image size; EngineError if the engine fails.
   */
  extract(batch: ImageBatch): Promise<Float32Array>;
  /** Frees the engine's memory; the extractor cannot be used afterwards. */
  dispose(): Promise<void>;
}

/** Whether an engine can run here, and if not why, and how to get it. */
export type EngineStatus =
  | { readonly usable: true; readonly detail: string }
  | { readonly usable: false; readonly reason: string; readonly remedy: string };

/** Makes feature extractors of one kind. */
export interface Engine {
  readonly name: string;
  /** Says whether the engine can run here; never throws. */
  check(): Promise<EngineStatus>;
  /** @throws EngineError if it cannot run here; UnsupportedLayerError if it cannot run this network. */
  createExtractor(prefix: FrozenPrefix): Promise<FeatureExtractor>;
}
