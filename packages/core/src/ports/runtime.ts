import type { ArtifactStore } from './artifact-store.js';
import type { FeatureCache } from './feature-cache.js';
import type { Engine } from './feature-extractor.js';
import type { ImageSource } from './image-source.js';
import type { WeightSource } from './weight-source.js';

/** What a TensorFlow.js backend is wanted for. */
export type BackendUse = 'structure' | 'training';

/** The world outside of core, as one bundle: what reads images, finds weights, runs the prefix, and keeps results. */
export interface Runtime {
  readonly images: ImageSource;
  readonly weights: WeightSource;
  /** Engines in order of preference; `auto` takes the first usable one. */
  readonly engines: readonly Engine[];
  /** Undefined where nothing is to be kept between runs. */
  readonly cache: FeatureCache | undefined;
  /** The artifact at a location (a folder's path in Node). */
  openArtifact(location: string): ArtifactStore;
  /**
   * Makes a TensorFlow.js backend current; may be called often.
   * `structure`: any backend, for networks whose weights hold no values yet. `training`: the one that runs the suffix.
   */
  prepareBackend(use: BackendUse): Promise<void>;
  /** Lets go of what the runtime holds open. */
  close(): Promise<void>;
}
