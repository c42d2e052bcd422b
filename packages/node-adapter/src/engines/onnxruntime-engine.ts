import { availableParallelism } from 'node:os';
import {
  checkBatch,
  EngineError,
  exportOnnx,
  reasonOf,
  type Engine,
  type EngineStatus,
  type FeatureExtractor,
  type FrozenPrefix,
  type ImageBatch,
  type InputSize,
} from '@graft-ml/core';
import type { InferenceSession, Tensor } from 'onnxruntime-node';

type OnnxRuntime = typeof import('onnxruntime-node');

const remedy = 'reinstall onnxruntime-node for this platform, or use --engine wasm';

/** Options of {@link onnxruntimeEngine}. */
export interface OnnxruntimeEngineOptions {
  /** Threads for one call. Default: as many as the machine lends this process. */
  readonly threads?: number;
  /** Images for each call. Default: 8. */
  readonly batchSize?: number;
}

/** The default engine: the prefix as an ONNX graph on onnxruntime's CPU provider. */
export function onnxruntimeEngine(options: OnnxruntimeEngineOptions = {}): Engine {
  const name = 'onnxruntime';
  return {
    name,
    async check(): Promise<EngineStatus> {
      try {
        const { env } = await loadOnnxruntime();
        return { usable: true, detail: `onnxruntime ${env.versions.node ?? env.versions.common}, CPU` };
      } catch (error) {
        return { usable: false, reason: reasonOf(error), remedy };
      }
    },
    async createExtractor(prefix: FrozenPrefix): Promise<FeatureExtractor> {
      const graph = exportOnnx(prefix.network, {
        weights: prefix.weights,
        preprocessing: prefix.preprocessing,
        outputName: 'features',
      });
      try {
        const runtime = await loadOnnxruntime();
        const session = await runtime.InferenceSession.create(graph, {
          intraOpNumThreads: options.threads ?? availableParallelism(),
          graphOptimizationLevel: 'all',
          logSeverityLevel: 3,
        });
        const outputShape = (prefix.network.outputShape as number[]).slice(1);
        const { inputSize } = prefix;
        return new OnnxruntimeExtractor({
          runtime,
          session,
          outputShape,
          inputSize,
          batchSize: options.batchSize ?? 8,
        });
      } catch (cause) {
        throw new EngineError(`onnxruntime cannot run this network: ${String(cause)}; ${remedy}`, {
          subject: name,
          cause,
        });
      }
    },
  };
}

async function loadOnnxruntime(): Promise<OnnxRuntime> {
  const module: OnnxRuntime & { default?: OnnxRuntime } = await import('onnxruntime-node');
  return module.default ?? module;
}

interface ExtractorParts {
  readonly runtime: OnnxRuntime;
  readonly session: InferenceSession;
  readonly outputShape: readonly number[];
  readonly inputSize: InputSize;
  readonly batchSize: number;
}

class OnnxruntimeExtractor implements FeatureExtractor {
  readonly engine = 'onnxruntime';
  readonly outputShape: readonly number[];
  readonly batchSize: number;
  readonly #parts: ExtractorParts;

  constructor(parts: ExtractorParts) {
    this.outputShape = parts.outputShape;
    this.batchSize = parts.batchSize;
    this.#parts = parts;
  }

  async extract(batch: ImageBatch): Promise<Float32Array> {
    const { runtime, session, inputSize } = this.#parts;
    checkBatch(batch, inputSize);
    const image = new runtime.Tensor('uint8', batch.data, [batch.count, batch.height, batch.width, 3]);
    try {
      const { features } = (await session.run({ image })) as { features: Tensor };
      return features.data as Float32Array;
    } catch (cause) {
      throw new EngineError(`onnxruntime failed on a batch of ${batch.count} images: ${String(cause)}`, {
        subject: this.engine,
        cause,
      });
    }
  }

  async dispose(): Promise<void> {
    await this.#parts.session.release();
  }
}
