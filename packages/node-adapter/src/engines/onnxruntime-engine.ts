import {
  checkBatch,
  EngineError,
  featuresOutput,
  isGraftError,
  reasonOf,
  type Engine,
  type FeatureExtractor,
  type FrozenPrefix,
  type GraphFacts,
  type GraphSession,
  type ImageBatch,
  type InputSize,
} from '@graft-ml/core';
import { checkProvider } from './check-onnxruntime.js';
import { onnxruntimeProviders, type OnnxruntimeProvider } from './onnxruntime-providers.js';
import { onnxruntimeVersion, openSession, type SessionOptions } from './onnxruntime-session.js';
import { weightBits } from './weight-bits.js';

/** Options of {@link onnxruntimeEngine}. */
export interface OnnxruntimeEngineOptions {
  /** What does the arithmetic: `cuda`, `directml`, `coreml`, `webgpu` or `cpu`. Default: `cpu`. */
  readonly provider?: OnnxruntimeProvider['name'];
  /** Threads for one call. Default: the cores that this process gets, its container's CPU quota counted in. */
  readonly threads?: number;
  /** Images for each call. Default: 8 on the CPU, more on a GPU, and up to 8 times as many of a small network. */
  readonly batchSize?: number;
}

/**
 * An engine that runs the prefix as an ONNX graph on onnxruntime: on the CPU, in fp32 or int8, or on an accelerator that the
 * installed build has. What is asked for by name is never replaced: where it cannot run, making an extractor throws.
 *
 * @example `const runtime = { ...nodeRuntime(), engines: [onnxruntimeEngine({ threads: 4 })] };`
 */
export function onnxruntimeEngine(options: OnnxruntimeEngineOptions = {}): Engine {
  const provider = providerOf(options.provider ?? 'cpu');
  const onCpu = provider.name === 'cpu';
  const batchSize = options.batchSize ?? provider.batchSize;
  const name = onCpu ? 'onnxruntime' : `onnxruntime:${provider.name}`;
  const session: SessionOptions = { provider, threads: options.threads };
  const failure = (what: string, cause: unknown): EngineError =>
    new EngineError(`${name} ${what}: ${reasonOf(cause)}; ${provider.remedy}`, { subject: name, cause });
  const requireRunnable = async (bits: number | undefined): Promise<void> => {
    if (onCpu) return;
    if (bits !== undefined) {
      throw new EngineError(`${name} has no int8; use --engine onnxruntime, or --precision fp32`, { subject: name });
    }
    const status = await checkProvider(provider);
    if (!status.usable) throw failure('cannot run here', status.reason);
  };
  const openGraph = async (graph: Uint8Array, facts: GraphFacts): Promise<FeatureExtractor> => {
    const { inputSize, outputShape, weightBits: bits } = facts;
    // 8-bit weights come with a model that was calibrated on another processor.
    const exactInt8 = bits === 8 && (await weightBits()) === 7;
    try {
      const running = await openSession(graph, { ...session, exactInt8 });
      return new OnnxruntimeExtractor({ engine: name, session: running, outputShape, batchSize, inputSize });
    } catch (cause) {
      throw failure('cannot run this network', cause);
    }
  };
  return {
    name,
    version: onnxruntimeVersion(),
    batchSize,
    largestBatchSize: options.batchSize,
    ...(onCpu ? { aliases: ['onnxruntime:cpu'] } : { accelerator: { automatic: provider.automatic } }),
    check: () => checkProvider(provider),
    async openGraph(graph, facts) {
      await requireRunnable(facts.weightBits);
      return openGraph(graph, facts);
    },
    async createExtractor(prefix: FrozenPrefix): Promise<FeatureExtractor> {
      await requireRunnable(prefix.quantization?.weightBits);
      const { exportPrefix } = await import('@graft-ml/core/onnx');
      const { quantization, inputSize } = prefix;
      const outputShape = (prefix.network.outputShape as number[]).slice(1);
      return openGraph(exportPrefix(prefix), { inputSize, outputShape, weightBits: quantization?.weightBits });
    },
    ...(onCpu && {
      int8: {
        weightBits,
        async calibrate(prefix, images, settings) {
          try {
            const own = await weightBits();
            const open = (model: Uint8Array, bits: 7 | 8): Promise<GraphSession> =>
              openSession(model, { ...session, exactInt8: bits > own });
            const { calibrateInt8 } = await import('@graft-ml/core/onnx');
            return await calibrateInt8(prefix, images, { ...settings, open });
          } catch (cause) {
            if (isGraftError(cause) || cause instanceof RangeError) throw cause;
            throw failure('cannot calibrate this network for int8', cause);
          }
        },
      },
    }),
  };
}

/** The engines of onnxruntime: accelerators first, then the CPU. */
export function onnxruntimeEngines(): Engine[] {
  return onnxruntimeProviders.map(({ name }) => onnxruntimeEngine({ provider: name }));
}

function providerOf(name: string): OnnxruntimeProvider {
  const provider = onnxruntimeProviders.find((candidate) => candidate.name === name);
  if (provider === undefined) {
    const known = onnxruntimeProviders.map((candidate) => JSON.stringify(candidate.name)).join(', ');
    throw new RangeError(`unknown onnxruntime provider ${JSON.stringify(name)}; there are ${known}`);
  }
  return provider;
}

interface ExtractorParts {
  readonly engine: string;
  readonly session: GraphSession;
  readonly outputShape: readonly number[];
  readonly inputSize: InputSize;
  readonly batchSize: number;
}

class OnnxruntimeExtractor implements FeatureExtractor {
  readonly engine: string;
  readonly outputShape: readonly number[];
  readonly batchSize: number;
  readonly #parts: ExtractorParts;

  constructor(parts: ExtractorParts) {
    this.engine = parts.engine;
    this.outputShape = parts.outputShape;
    this.batchSize = parts.batchSize;
    this.#parts = parts;
  }

  async extract(batch: ImageBatch): Promise<Float32Array> {
    const { session, inputSize } = this.#parts;
    checkBatch(batch, inputSize);
    try {
      return (await session.run(batch)).get(featuresOutput) as Float32Array;
    } catch (cause) {
      throw new EngineError(`${this.engine} failed on a batch of ${batch.count} images: ${reasonOf(cause)}`, {
        subject: this.engine,
        cause,
      });
    }
  }

  async dispose(): Promise<void> {
    await this.#parts.session.release();
  }
}
