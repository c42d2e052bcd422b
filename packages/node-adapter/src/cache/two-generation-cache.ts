import { CacheError, reasonOf, type FeatureCache } from '@graft-ml/core';
import { decodeEntry, encodeEntry, roundedAs, type CacheDtype } from './cache-entry.js';
import { CacheGeneration, DamagedCacheError } from './cache-generation.js';
import { generationFolder, listGenerations, moveAside, removeGeneration } from './generation-folders.js';
import type { LmdbFeatureCacheOptions } from './lmdb-feature-cache.js';

// Writes under way at once; more wait, so that a fast engine on a slow disk cannot fill the memory.
const WRITES_UNDER_WAY = 64;
// How often the size on disk is looked at.
const WRITES_BETWEEN_CHECKS = 64;

interface Write {
  readonly activations: Float32Array;
  readonly done: Promise<unknown>;
}

/**
 * The databases of `lmdbFeatureCache`, two generations of them. What is new is written to the younger one, and what is read from
 * the elder one is copied there. When the younger one has half of the space, another begins, and the eldest is deleted as a
 * whole: so that what was not used for long goes, and its space is free at once.
 */
export class TwoGenerationCache implements FeatureCache {
  readonly #folder: string;
  readonly #limitBytes: number;
  readonly #dtype: CacheDtype;
  readonly #onWarning: ((message: string) => void) | undefined;
  /** The younger generation first; empty until the first use. */
  #generations: CacheGeneration[] = [];
  #youngest = 0;
  #writesSinceCheck = 0;
  #failure: CacheError | undefined;
  /** What is not yet committed cannot be read from the database: it is answered from here. */
  readonly #writes = new Map<string, Write>();

  constructor(options: LmdbFeatureCacheOptions & { readonly limitBytes: number }) {
    this.#folder = options.folder;
    this.#limitBytes = options.limitBytes;
    this.#dtype = options.dtype ?? 'float32';
    this.#onWarning = options.onWarning;
  }

  rounded(activations: Float32Array): Float32Array {
    return roundedAs(this.#dtype, activations);
  }

  async get(key: string): Promise<Float32Array | undefined> {
    const underWay = this.#writes.get(key);
    if (underWay !== undefined) return underWay.activations.slice();
    try {
      for (const [age, generation] of this.#opened().entries()) {
        const activations = await generation.get(key, (bytes) => decodeEntry(bytes, { key, dtype: this.#dtype }));
        if (activations === undefined) continue;
        if (age > 0 && this.#failure === undefined) await this.#write(key, activations);
        return activations;
      }
      return undefined;
    } catch (cause) {
      if (!(cause instanceof DamagedCacheError)) throw this.#fail('read', cause);
      this.#startAnew(cause);
      return undefined;
    }
  }

  async set(key: string, activations: Float32Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      this.#opened();
    } catch (cause) {
      throw this.#fail('opened', cause);
    }
    await this.#write(key, this.rounded(activations).slice());
  }

  async close(): Promise<void> {
    await Promise.all([...this.#writes.values()].map(({ done }) => done));
    const generations = this.#generations;
    this.#generations = [];
    await Promise.all(generations.map((generation) => generation.close()));
  }

  /** @param activations - Not changed by anybody else from now on. */
  async #write(key: string, activations: Float32Array): Promise<void> {
    this.#makeRoom();
    const youngest = this.#opened()[0] as CacheGeneration;
    const write: Write = {
      activations,
      done: youngest
        .put(key, encodeEntry(activations, { key, dtype: this.#dtype }))
        .catch((cause: unknown) => (this.#failure ??= this.#fail('written', cause)))
        .finally(() => {
          if (this.#writes.get(key) === write) this.#writes.delete(key);
        }),
    };
    this.#writes.set(key, write);
    if (this.#writes.size >= WRITES_UNDER_WAY) {
      await Promise.race([...this.#writes.values()].map(({ done }) => done));
    }
  }

  #opened(): readonly CacheGeneration[] {
    if (this.#generations.length === 0) {
      const numbers = listGenerations(this.#folder).slice(-2);
      this.#youngest = numbers.at(-1) ?? 1;
      const wanted = numbers.length > 0 ? numbers : [1];
      this.#generations = wanted.toReversed().map((number) => this.#openGeneration(number));
    }
    return this.#generations;
  }

  #openGeneration(number: number): CacheGeneration {
    const folder = generationFolder(this.#folder, number);
    try {
      return new CacheGeneration(folder);
    } catch (cause) {
      if (!(cause instanceof DamagedCacheError)) throw cause;
      this.#setAside(folder, cause);
      return new CacheGeneration(folder);
    }
  }

  #setAside(folder: string, { message }: DamagedCacheError): void {
    const aside = moveAside(folder);
    this.#onWarning?.(
      `the feature cache in ${folder} is damaged (${message}): moved to ${aside}, which can be deleted; starting anew`,
    );
  }

  /** Damage that shows only in reading: which generation it is in is not worth finding out. */
  #startAnew(cause: DamagedCacheError): void {
    const generations = this.#generations;
    this.#generations = [];
    for (const generation of generations) {
      void generation.close().catch(() => undefined);
      this.#setAside(generation.folder, cause);
    }
  }

  /** Begins a generation where the youngest has its share, and deletes all but the two youngest. */
  #makeRoom(): void {
    this.#writesSinceCheck += 1;
    if (this.#writesSinceCheck < WRITES_BETWEEN_CHECKS) return;
    this.#writesSinceCheck = 0;
    const [youngest, ...elder] = this.#opened() as [CacheGeneration, ...CacheGeneration[]];
    if (youngest.size < this.#limitBytes / 2) return;
    // Another process may have begun one already: a number names the same generation everywhere.
    this.#youngest = Math.max(this.#youngest + 1, ...listGenerations(this.#folder).slice(-1));
    this.#generations = [this.#openGeneration(this.#youngest), youngest];
    for (const generation of elder) void generation.close().catch(() => undefined);
    for (const number of listGenerations(this.#folder).slice(0, -2)) removeGeneration(this.#folder, number);
  }

  #fail(action: string, cause: unknown): CacheError {
    if (cause instanceof CacheError) return cause;
    return new CacheError(
      `the feature cache in ${this.#folder} cannot be ${action}: ${reasonOf(cause)}; free space there or set GRAFT_CACHE`,
      { subject: this.#folder, cause },
    );
  }
}
