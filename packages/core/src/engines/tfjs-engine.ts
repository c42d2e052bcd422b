import { getBackend, setBackend, tensor4d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { EngineError, reasonOf } from '../errors.js';
import type { ImageBatch } from '../image.js';
import { instantiateNetwork, networkConfig } from '../network/network-config.js';
import { NetworkRunner } from '../network/run-network.js';
import type { Engine, EngineStatus, FeatureExtractor, FrozenPrefix } from '../ports/feature-extractor.js';
import { checkBatch } from '../ports/check-batch.js';
import { preprocessTensor } from '../preprocessing/preprocess-tensor.js';
import { assignWeights } from '../weights/assign-weights.js';

/** Options of {@link tfjsEngine}. */
export interface TfjsEngineOptions {
  /** The engine's name, e.g. `wasm`. */
  readonly name: string;
  /** The TensorFlow.js backend's name. */
  readonly backend: string;
  /** Registers the backend (a lazy import, say). Throws where it cannot run. */
  readonly register: () => Promise<void>;
  /** How to get the backend where it is missing; part of the error. */
  readonly remedy: string;
  /** Images for each call. Default: 4. */
  readonly batchSize?: number;
}

/** An engine that runs the prefix on a TensorFlow.js backend. */
export function tfjsEngine(options: TfjsEngineOptions): Engine {
  const { name, backend, remedy } = options;
  const use = async (): Promise<void> => {
    await options.register();
    if (getBackend() !== backend && !(await setBackend(backend))) throw new Error(`backend "${backend}" did not start`);
  };
  return {
    name,
    async check(): Promise<EngineStatus> {
      const before = getBackend();
      try {
        await use();
        return { usable: true, detail: `TensorFlow.js backend ${backend}` };
      } catch (error) {
        return { usable: false, reason: reasonOf(error), remedy };
      } finally {
        if (before) await setBackend(before);
      }
    },
    async createExtractor(prefix: FrozenPrefix): Promise<FeatureExtractor> {
      try {
        await use();
      } catch (cause) {
        throw new EngineError(`engine "${name}" cannot run here: ${String(cause)}; ${remedy}`, {
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

interface TfjsExtractorParts {
  readonly name: string;
  readonly batchSize?: number;
  readonly prefix: FrozenPrefix;
  readonly network: LayersModel;
  readonly use: () => Promise<void>;
}

class TfjsExtractor implements FeatureExtractor {
  readonly engine: string;
  readonly outputShape: readonly number[];
  readonly batchSize: number;
  readonly #parts: TfjsExtractorParts;
  readonly #runner: NetworkRunner;

  constructor(parts: TfjsExtractorParts) {
    this.engine = parts.name;
    this.batchSize = parts.batchSize ?? 4;
    this.outputShape = (parts.network.outputShape as number[]).slice(1);
    this.#parts = parts;
    this.#runner = new NetworkRunner(parts.network);
  }

  async extract(batch: ImageBatch): Promise<Float32Array> {
    const { prefix, use } = this.#parts;
    checkBatch(batch, prefix.inputSize);
    await use();
    const output: Tensor = tidy(() => {
      const pixels = tensor4d(batch.data, [batch.count, batch.height, batch.width, 3], 'int32');
      return this.#runner.run(preprocessTensor(pixels, prefix.preprocessing));
    });
    try {
      // A copy: some backends hand out a view of memory that they use again.
      return Float32Array.from(await output.data());
    } finally {
      output.dispose();
    }
  }

  async dispose(): Promise<void> {
    await Promise.resolve(this.#parts.network.dispose());
  }
}
