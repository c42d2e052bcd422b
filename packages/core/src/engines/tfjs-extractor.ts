import { dispose, tensor4d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { EngineError, reasonOf } from '../errors.js';
import type { ImageBatch } from '../image.js';
import { instantiateNetwork, networkConfig } from '../network/network-config.js';
import { NetworkRunner } from '../network/run-network.js';
import { checkBatch } from '../ports/check-batch.js';
import type { FeatureExtractor, FrozenPrefix } from '../ports/feature-extractor.js';
import { preprocessTensor } from '../preprocessing/preprocess-tensor.js';
import { assignWeights } from '../weights/assign-weights.js';
import { countValues } from '../weights/layer-shapes.js';
import { defaultBatchSize, type TfjsEngineOptions } from './tfjs-engine.js';

/** What a {@link TfjsExtractor} is made of. */
interface TfjsExtractorParts extends TfjsEngineOptions {
  readonly prefix: FrozenPrefix;
  readonly network: LayersModel;
  readonly use: () => Promise<unknown>;
}

/** Puts a prefix onto the TensorFlow.js backend that is set. @param options.use - Sets the backend again. */
export function openTfjsExtractor(
  prefix: FrozenPrefix,
  options: TfjsEngineOptions & Pick<TfjsExtractorParts, 'use'>,
): FeatureExtractor {
  const network = instantiateNetwork(networkConfig(prefix.network));
  assignWeights(network, prefix.weights);
  return new TfjsExtractor({ ...options, prefix, network });
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

/** Backends put what they mean on lines of their own. */
const oneLine = (error: unknown): string => reasonOf(error).replace(/\s*\n\s*/g, ' ');
