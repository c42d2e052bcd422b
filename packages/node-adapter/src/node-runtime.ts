import { join } from 'node:path';
import { tfjsEngine, type Engine, type FeatureCache, type Runtime } from '@graft-ml/core';
import { folderArtifactStore } from './artifacts/folder-artifact-store.js';
import { cacheFolder } from './cache/cache-folder.js';
import { lmdbFeatureCache } from './cache/lmdb-feature-cache.js';
import { onnxruntimeEngine } from './engines/onnxruntime-engine.js';
import { prepareTfjsBackend, registerCpuBackend, registerWasmBackend } from './engines/tfjs-backends.js';
import { sharpImageSource } from './images/sharp-image-source.js';
import { nodeWeightSource } from './weights/node-weight-source.js';

/** Options of {@link nodeRuntime}. */
export interface NodeRuntimeOptions {
  /** Where activations are kept between runs; `false` keeps none. Default: the platform's cache folder, or `GRAFT_CACHE`. */
  readonly cache?: string | false | undefined;
}

/** Engines that this adapter has, in order of preference. */
export function nodeEngines(): Engine[] {
  return [
    onnxruntimeEngine(),
    tfjsEngine({
      name: 'wasm',
      backend: 'wasm',
      register: registerWasmBackend,
      remedy: 'reinstall @tensorflow/tfjs-backend-wasm',
    }),
    tfjsEngine({
      name: 'cpu',
      backend: 'cpu',
      register: registerCpuBackend,
      remedy: 'reinstall @tensorflow/tfjs-backend-cpu',
      batchSize: 1,
    }),
  ];
}

/** The Node implementations of all ports, as one bundle. Close it when done. */
export function nodeRuntime(options: NodeRuntimeOptions = {}): Runtime {
  const cache: FeatureCache | undefined =
    options.cache === false
      ? undefined
      : lmdbFeatureCache({ folder: join(options.cache ?? cacheFolder(), 'features') });
  return {
    images: sharpImageSource(),
    weights: nodeWeightSource(),
    engines: nodeEngines(),
    cache,
    openArtifact: folderArtifactStore,
    prepareBackend: prepareTfjsBackend,
    async close(): Promise<void> {
      await cache?.close();
    },
  };
}
