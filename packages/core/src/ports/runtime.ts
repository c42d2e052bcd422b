import type { ArtifactStore } from './artifact-store.js';
import type { FeatureCache } from './feature-cache.js';
import type { Engine } from './feature-extractor.js';
import type { GraphStore } from './graph-store.js';
import type { ImageSource } from './image-source.js';
import type { RowFile } from './row-file.js';
import type { WeightSource } from './weight-source.js';

/** What a TensorFlow.js backend is wanted for. */
export type BackendUse = 'structure' | 'training' | 'fineTuning';

/** The world outside of core, as one bundle: what reads images, finds weights, runs the prefix, and keeps results. */
export interface Runtime {
  readonly images: ImageSource;
  readonly weights: WeightSource;
  /** Engines in order of preference; `auto` takes the first usable one. */
  readonly engines: readonly Engine[];
  /** Undefined where nothing is to be kept between runs. */
  readonly cache: FeatureCache | undefined;
  /**
   * Opens a file for rows that shall not stay in memory; see {@link RowFile}. Where it is missing, all rows do.
   * @throws CacheError if there is no room for one.
   */
  readonly openRowFile?: ((rowSize: number) => RowFile) | undefined;
  /** Compiled graphs of saved models: with it they need not be put together anew to predict. */
  readonly graphs?: GraphStore | undefined;
  /** The artifact at a location (a folder's path in Node). */
  openArtifact(location: string): ArtifactStore;
  /**
   * Makes a TensorFlow.js backend current; may be called often.
   * `structure`: any backend, for networks whose weights hold no values yet. `training`: the one that trains a head, small
   * products of matrices. `fineTuning`: the one that trains a backbone's last blocks, convolutions above all.
   * @param engine - The engine of the model's prefix: one that is itself a TensorFlow.js backend runs the suffix too.
   * @returns Which backend it is, for people.
   * @throws EngineError if it cannot run here.
   */
  prepareBackend(use: BackendUse, engine?: string): Promise<string>;
  /** Lets go of what the runtime holds open. */
  close(): Promise<void>;
}
