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
  #generations: readonly CacheGeneration[] = [];
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
    let generations = this.#generations;
    try {
      generations = this.#opened();
      for (const [age, generation] of generations.entries()) {
        const activations = await generation.get(key, (bytes) => decodeEntry(bytes, { key, dtype: this.#dtype }));
        if (activations === undefined) continue;
        if (age > 0 && this.#failure === undefined) await this.#write(key, activations);
        return activations;
      }
      return undefined;
    } catch (cause) {
      if (!(cause instanceof DamagedCacheError)) throw this.#fail('read', cause);
      this.#startAnew(generations, cause);
      return undefined;
    }
  }

  async set(key: string, activations: Float32Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      await this.#write(key, this.rounded(activations).slice());
    } catch (cause) {
      throw this.#fail('opened', cause);
    }
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
    const generations = this.#opened();
    const youngest = generations[0] as CacheGeneration;
    const write: Write = {
      activations,
      done: youngest
        .put(key, encodeEntry(activations, { key, dtype: this.#dtype }))
        .catch((cause: unknown) => {
          if (cause instanceof DamagedCacheError) this.#startAnew(generations, cause);
          else this.#failure ??= this.#fail('written', cause);
        })
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
    if (aside === undefined) return;
    this.#onWarning?.(
      `the feature cache in ${folder} is damaged (${message}): moved to ${aside}, which can be deleted; starting anew`,
    );
  }

  /**
   * Damage that shows only in use: which generation it is in is not worth finding out. Of several that come upon the same damage
   * the first moves it aside; nobody touches what was begun since.
   */
  #startAnew(generations: readonly CacheGeneration[], cause: DamagedCacheError): void {
    if (this.#generations !== generations) return;
    this.#generations = [];
    for (const generation of generations) void generation.close().catch(() => undefined);
    try {
      for (const { folder } of generations) this.#setAside(folder, cause);
    } catch (reason) {
      this.#failure ??= this.#fail('moved aside', reason);
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
