import type { Engine, FeatureCache, Runtime } from '@graft-ml/core';
import { folderArtifactStore } from './artifacts/folder-artifact-store.js';
import type { CacheDtype } from './cache/cache-entry.js';
import { cacheFolder, featureFolder, graphFolder } from './cache/cache-folder.js';
import { cacheSettings } from './cache/cache-settings.js';
import { folderGraphStore } from './cache/folder-graph-store.js';
import { lmdbFeatureCache } from './cache/lmdb-feature-cache.js';
import { spillFile } from './cache/spill-file.js';
import { onnxruntimeEngines } from './engines/onnxruntime-engine.js';
import { lateTfjsEngine } from './engines/late-tfjs-engine.js';
import { sharpImageSource } from './images/sharp-image-source.js';
import { nodeWeightSource } from './weights/node-weight-source.js';

/** Options of {@link nodeRuntime}. */
export interface NodeRuntimeOptions {
  /** Where activations and compiled graphs are kept between runs; `false` keeps none. Default: the platform's cache folder, or `GRAFT_CACHE`. */
  readonly cache?: string | false | undefined;
  /** How the cache keeps numbers; `float16` takes half the space. Default: `float32`, or `GRAFT_CACHE_DTYPE`. */
  readonly cacheDtype?: CacheDtype | undefined;
  /** Bytes on disk that the cache may take. Default: 10 GB, or `GRAFT_CACHE_LIMIT` (as `500MB`). */
  readonly cacheLimitBytes?: number | undefined;
  /** Receives what a user should know: a damaged cache that was moved aside. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Engines that this adapter has, in order of preference.
 *
 * @example `for (const engine of nodeEngines()) console.log(engine.name, await engine.check());`
 */
export function nodeEngines(): Engine[] {
  return [
    ...onnxruntimeEngines(),
    // A build of its own that few have: where it is missing, `auto` goes on without a word.
    lateTfjsEngine({ name: 'tfjs-node', batchSize: 8, batching: 'single', accelerator: { automatic: true } }),
    lateTfjsEngine({ name: 'wasm', batchSize: 4 }),
    lateTfjsEngine({ name: 'cpu', batchSize: 1 }),
    // Where there is no GPU the processor plays one, slower than all the others.
    lateTfjsEngine({ name: 'webgpu', batchSize: 8, batching: 'full', accelerator: { automatic: false } }),
  ];
}

/**
 * The Node implementations of all ports, as one bundle. Close it when done.
 *
 * @example `const runtime = nodeRuntime({ cacheLimitBytes: 2e9 }); // … await runtime.close();`
 */
export function nodeRuntime(options: NodeRuntimeOptions = {}): Runtime {
  const settings = cacheSettings();
  const root = options.cache || cacheFolder();
  const cache: FeatureCache | undefined =
    options.cache === false
      ? undefined
      : lmdbFeatureCache({
          folder: featureFolder(root),
          dtype: options.cacheDtype ?? settings.dtype,
          limitBytes: options.cacheLimitBytes ?? settings.limitBytes,
          onWarning: options.onWarning,
        });
  return {
    images: sharpImageSource(),
    weights: nodeWeightSource(),
    engines: nodeEngines(),
    cache,
    openRowFile: spillFile,
    graphs: options.cache === false ? undefined : folderGraphStore({ folder: graphFolder(root) }),
    openArtifact: folderArtifactStore,
    async prepareBackend(use, engine) {
      const { prepareTfjsBackend } = await import('./engines/tfjs-backends.js');
      return prepareTfjsBackend(use, engine);
    },
    async close(): Promise<void> {
      await cache?.close();
    },
  };
}
