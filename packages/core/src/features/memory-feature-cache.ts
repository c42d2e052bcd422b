import type { FeatureCache } from '../ports/feature-cache.js';

/**
 * Keeps activations in memory, as long as the process runs: for small sets, and for the browser.
 *
 * @example `const runtime = { ...nodeRuntime({ cache: false }), cache: memoryFeatureCache() };`
 */
export function memoryFeatureCache(): FeatureCache {
  const entries = new Map<string, Float32Array>();
  return {
    get: (key) => Promise.resolve(entries.get(key)?.slice()),
    set: (key, activations) => {
      entries.set(key, activations.slice());
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
