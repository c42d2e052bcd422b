import { getBackend, setBackend, version_core } from '@tensorflow/tfjs-core';
import { EngineError, reasonOf } from '../errors.js';
import type { Engine, EngineStatus, FeatureExtractor, FrozenPrefix } from '../ports/feature-extractor.js';

/** Options of {@link tfjsEngine}. */
export interface TfjsEngineOptions {
  /** The engine's name, e.g. `wasm`. */
  readonly name: string;
  /** The TensorFlow.js backend's name. */
  readonly backend: string;
  /** Registers the backend (a lazy import, say); a text that it gives says what it is, for people. Throws where it cannot run. */
  readonly register: () => Promise<unknown>;
  /** How to get the backend where it is missing; part of the error. */
  readonly remedy: string;
  /** Images for each call. Default: 4. */
  readonly batchSize?: number;
  /**
   * How many images the backend is given at once: an image's activations must not depend on its neighbours, and some backends
   * add up in another order when a batch has another size. `any`: as many as there are. `full`: always `batchSize`, the last
   * ones black; for GPUs, whose threads all do the same. `single`: one by one. Default: `any`.
   */
  readonly batching?: 'any' | 'full' | 'single';
  /** As {@link Engine.accelerator}. */
  readonly accelerator?: Engine['accelerator'];
}

/** Images for each call, unless the engine says otherwise. */
export const defaultBatchSize = 4;

/** An engine that runs the prefix on a TensorFlow.js backend. */
export function tfjsEngine(options: TfjsEngineOptions): Engine {
  const { name, backend, remedy } = options;
  const use = async (): Promise<string> => {
    const detail = await options.register();
    if (getBackend() !== backend && !(await setBackend(backend))) throw new Error(`backend "${backend}" did not start`);
    return typeof detail === 'string' ? detail : `TensorFlow.js backend ${backend}`;
  };
  return {
    name,
    version: version_core,
    batchSize: options.batchSize ?? defaultBatchSize,
    accelerator: options.accelerator,
    async check(): Promise<EngineStatus> {
      const before = getBackend();
      try {
        return { usable: true, detail: await use() };
      } catch (error) {
        return { usable: false, reason: firstLine(error), remedy };
      } finally {
        if (before) await setBackend(before);
      }
    },
    async createExtractor(prefix: FrozenPrefix): Promise<FeatureExtractor> {
      // Before the backend is set: whatever waits may set another.
      const { openTfjsExtractor } = await import('./tfjs-extractor.js');
      try {
        await use();
      } catch (cause) {
        throw new EngineError(`engine "${name}" cannot run here: ${firstLine(cause)}; ${remedy}`, {
          subject: name,
          cause,
        });
      }
      return openTfjsExtractor(prefix, { ...options, use });
    },
  };
}

/** Loaders of modules add lines for developers. */
const firstLine = (error: unknown): string => reasonOf(error).split('\n', 1)[0] ?? '';
