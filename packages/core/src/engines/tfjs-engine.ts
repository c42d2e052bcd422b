import { dispose, getBackend, setBackend, tensor4d, tidy, version_core, type Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { EngineError, reasonOf } from '../errors.js';
import type { ImageBatch } from '../image.js';
import { instantiateNetwork, networkConfig } from '../network/network-config.js';
import { NetworkRunner } from '../network/run-network.js';
import type { Engine, EngineStatus, FeatureExtractor, FrozenPrefix } from '../ports/feature-extractor.js';
import { checkBatch } from '../ports/check-batch.js';
import { preprocessTensor } from '../preprocessing/preprocess-tensor.js';
import { assignWeights } from '../weights/assign-weights.js';
import { countValues } from '../weights/layer-shapes.js';

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

const defaultBatchSize = 4;

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
      try {
        await use();
      } catch (cause) {
        throw new EngineError(`engine "${name}" cannot run here: ${firstLine(cause)}; ${remedy}`, {
          subject: name,
          cause,
        });
      }
      const network = instantiateNetwork(networkConfig(prefix.network));
      assignWeights(network, prefix.weights);
      return new TfjsExtractor({ ...options, prefix, network, use });
    },
  };
}

interface TfjsExtractorParts extends TfjsEngineOptions {
  readonly prefix: FrozenPrefix;
  readonly network: LayersModel;
  readonly use: () => Promise<unknown>;
}

class TfjsExtractor implements FeatureExtractor {
  readonly engine: string;
  readonly outputShape: readonly number[];
  readonly batchSize: number;
  readonly #parts: TfjsExtractorParts;
  readonly #runner: NetworkRunner;

  constructor(parts: TfjsExtractorParts) {
    this.engine = parts.name;
    this.batchSize = parts.batchSize ?? defaultBatchSize;
    this.outputShape = (parts.network.outputShape as number[]).slice(1);
    this.#parts = parts;
    this.#runner = new NetworkRunner(parts.network);
  }

  async extract(batch: ImageBatch): Promise<Float32Array> {
    const { prefix, use } = this.#parts;
    checkBatch(batch, prefix.inputSize);
    await use();
    const outputs = this.#chunks(batch).map((chunk) => this.#run(chunk));
    try {
      const rows = await Promise.all(outputs.map((output) => output.data<'float32'>()));
      // A copy: some backends hand out a view of memory that they use again.
      const all = new Float32Array(batch.count * countValues(this.outputShape));
      let from = 0;
      for (const row of rows) {
        all.set(row.subarray(0, all.length - from), from);
        from += row.length;
      }
      return all;
    } finally {
      dispose(outputs);
    }
  }

  /** A batch in parts of the size that the backend wants. */
  #chunks(batch: ImageBatch): ImageBatch[] {
    const { batching = 'any' } = this.#parts;
    if (batching === 'any') return [batch];
    const count = batching === 'single' ? 1 : this.batchSize;
    const { data, height, width } = batch;
    const size = count * height * width * 3;
    return Array.from({ length: Math.ceil(batch.count / count) }, (_, index) => {
      const images = data.subarray(index * size, (index + 1) * size);
      if (images.length === size) return { count, height, width, data: images };
      const filled = new Uint8Array(size);
      filled.set(images);
      return { count, height, width, data: filled };
    });
  }

  #run(batch: ImageBatch): Tensor {
    const { preprocessing } = this.#parts.prefix;
    try {
      return tidy(() => {
        const pixels = tensor4d(batch.data, [batch.count, batch.height, batch.width, 3], 'int32');
        return this.#runner.run(preprocessTensor(pixels, preprocessing));
      });
    } catch (cause) {
      throw new EngineError(`engine "${this.engine}" cannot run this network: ${oneLine(cause)}; use another engine`, {
        subject: this.engine,
        cause,
      });
    }
  }

  async dispose(): Promise<void> {
    await Promise.resolve(this.#parts.network.dispose());
  }
}

/** Loaders of modules add lines for developers. */
const firstLine = (error: unknown): string => reasonOf(error).split('\n', 1)[0] ?? '';

/** Backends put what they mean on lines of their own. */
const oneLine = (error: unknown): string => reasonOf(error).replace(/\s*\n\s*/g, ' ');
