import type { FeatureCache } from '@graft-ml/core';
import { roundedAs, type CacheDtype } from './cache-entry.js';
import { checkCacheLimit } from './cache-settings.js';

/** Options of {@link lmdbFeatureCache}. */
export interface LmdbFeatureCacheOptions {
  /** The cache's folder; made if it is not there. */
  readonly folder: string;
  /** Bytes on disk that it may take; what was written or read last is kept. Default: 10 GB. */
  readonly limitBytes?: number | undefined;
  /** How numbers are kept. Default: `float32`, which changes nothing. */
  readonly dtype?: CacheDtype | undefined;
  /** Receives what a user should know: a damaged cache that was moved aside. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Keeps activations in LMDB: several processes may use it at once, and a process that is killed leaves it readable. Every
 * entry has a checksum. A damaged database is moved aside, with a warning.
 *
 * The library is loaded, and the databases are opened, when something is first looked up or kept.
 *
 * @throws RangeError if the limit is not above 0.
 * @example `const runtime = { ...nodeRuntime({ cache: false }), cache: lmdbFeatureCache({ folder: '/scratch/features' }) };`
 */
export function lmdbFeatureCache(options: LmdbFeatureCacheOptions): FeatureCache {
  const { dtype = 'float32' } = options;
  const limitBytes = checkCacheLimit(options.limitBytes);
  let loading: Promise<FeatureCache> | undefined;
  const load = () =>
    (loading ??= import('./two-generation-cache.js').then(
      ({ TwoGenerationCache }) => new TwoGenerationCache({ ...options, limitBytes }),
    ));
  return {
    get: async (key) => (await load()).get(key),
    set: async (key, activations) => (await load()).set(key, activations),
    rounded: (activations) => roundedAs(dtype, activations),
    close: async () => (await loading)?.close(),
  };
}
