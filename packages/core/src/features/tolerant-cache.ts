import { CacheError } from '../errors.js';
import type { FeatureCache } from '../ports/feature-cache.js';

/** A cache that can fail without stopping the work: after its first failure it is left alone. */
export class TolerantCache {
  #cache: FeatureCache | undefined;
  readonly #rounding: FeatureCache | undefined;
  readonly #onFailure: ((error: CacheError) => void) | undefined;

  constructor(cache: FeatureCache | undefined, onFailure: ((error: CacheError) => void) | undefined) {
    this.#cache = cache;
    this.#rounding = cache;
    this.#onFailure = onFailure;
  }

  /** Also after a failure: what is computed does not depend on when the disk became full. */
  rounded(activations: Float32Array): Float32Array {
    return this.#rounding?.rounded?.(activations) ?? activations;
  }

  async get(key: string): Promise<Float32Array | undefined> {
    try {
      return await this.#cache?.get(key);
    } catch (error) {
      this.#giveUp(error);
      return undefined;
    }
  }

  async set(key: string, activations: Float32Array): Promise<void> {
    try {
      await this.#cache?.set(key, activations);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #giveUp(cause: unknown): void {
    if (this.#cache === undefined) return;
    this.#cache = undefined;
    this.#onFailure?.(
      cause instanceof CacheError ? cause : new CacheError(`the feature cache failed: ${String(cause)}`, { cause }),
    );
  }
}
