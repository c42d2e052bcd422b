import type { FeatureCache } from '@graft-ml/core';
import { roundedAs } from './cache-entry.js';
import { checkCacheLimit } from './cache-settings.js';
import type { LmdbFeatureCacheOptions } from './lmdb-feature-cache.js';

/**
 * The cache of `lmdbFeatureCache`, whose library is loaded when something is looked up: a command that keeps nothing does not
 * wait for it.
 *
 * @throws RangeError if the limit is not above 0.
 */
export function lateFeatureCache(options: LmdbFeatureCacheOptions): FeatureCache {
  const { dtype = 'float32' } = options;
  checkCacheLimit(options.limitBytes);
  let loading: Promise<FeatureCache> | undefined;
  const load = () =>
    (loading ??= import('./lmdb-feature-cache.js').then(({ lmdbFeatureCache }) => lmdbFeatureCache(options)));
  return {
    get: async (key) => (await load()).get(key),
    set: async (key, activations) => (await load()).set(key, activations),
    rounded: (activations) => roundedAs(dtype, activations),
    close: async () => (await loading)?.close(),
  };
}
