import { getBackend } from '@tensorflow/tfjs-core';
import { memoryFeatureCache, type ArtifactStore, type Runtime } from '@graft-ml/core';
import { canvasImageSource } from './canvas-image-source.js';
import { embeddedWeightSource } from './embedded-weight-source.js';
import { fetchArtifactStore } from './fetch-artifact-store.js';
import { useBackend, webEngines } from './web-engines.js';

/** Options of {@link webRuntime}. */
export interface WebRuntimeOptions {
  /** Where saved models lie. Default: behind addresses. */
  readonly openArtifact?: ((location: string) => ArtifactStore) | undefined;
}

/** The ports of `@graft-ml/core` for a web page, as one bundle. */
export function webRuntime({ openArtifact = fetchArtifactStore }: WebRuntimeOptions = {}): Runtime {
  const cache = memoryFeatureCache();
  return {
    images: canvasImageSource(),
    weights: embeddedWeightSource(),
    engines: webEngines(),
    cache,
    openArtifact,
    async prepareBackend(use) {
      if (use === 'structure' && getBackend()) return getBackend();
      // A head is small products of matrices: a graphics card would spend its time on being asked.
      return useBackend('wasm', 'cpu');
    },
    close: () => cache.close(),
  };
}
