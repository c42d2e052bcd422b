import { createRequire } from 'node:module';
import { EngineError, type GraphSession, type ImageBatch } from '@graft-ml/core';
import type { InferenceSession } from 'onnxruntime-node';
import { availableCores } from './available-cores.js';
import type { OnnxruntimeProvider } from './onnxruntime-providers.js';

type OnnxRuntime = typeof import('onnxruntime-node');

const NOT_INSTALLED = 'package onnxruntime-node is not installed';

/** The installed onnxruntime's version, without loading it; undefined if it is not there. */
export function onnxruntimeVersion(): string | undefined {
  try {
    return (createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string }).version;
  } catch {
    return undefined;
  }
}

/**
 * Imports onnxruntime where it is first needed.
 *
 * @throws EngineError where the package is not there: it is an optional dependency, which npm leaves out without a word if its
 *   install script fails, as it does where it cannot download CUDA's libraries.
 */
export async function loadOnnxruntime(): Promise<OnnxRuntime> {
  // Else it would report models and errors to its makers, and keep an identifier and a log on the disk: decision 33.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  const module: OnnxRuntime & { default?: OnnxRuntime } = await import('onnxruntime-node').catch((cause: unknown) => {
    if (onnxruntimeVersion() !== undefined) throw cause;
    throw new EngineError(NOT_INSTALLED, { subject: 'onnxruntime', cause });
  });
  const runtime = module.default ?? module;
  // What goes wrong comes as an exception; the library would print it as well.
  runtime.env.logLevel = 'fatal';
  return runtime;
}

/** How a session runs. */
export interface SessionOptions {
  readonly provider: OnnxruntimeProvider;
  /** Default: {@link availableCores}. */
  readonly threads?: number | undefined;
  /** Refuses graphs of which the provider cannot run every node, instead of running those on the CPU. */
  readonly whole?: boolean | undefined;
  /** Adds int8 products exactly where the processor's fast way may overflow: for 8-bit weights without VNNI. */
  readonly exactInt8?: boolean | undefined;
}

/**
 * Bytes from which on a graph runs without onnxruntime's arena. It keeps all that activations ever took, in powers of two: for VGG16
 * in float 250 MB more, for 7 % more images a second. Graphs of int8 and small networks take little of either.
 */
const largeGraph = 32_000_000;

/** Opens an ONNX graph. */
export async function openSession(model: Uint8Array, options: SessionOptions): Promise<GraphSession> {
  const { provider, threads = availableCores(), whole = false, exactInt8 = false } = options;
  const runtime = await loadOnnxruntime();
  const session = await runtime.InferenceSession.create(model, {
    executionProviders: [provider.id],
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
    enableCpuMemArena: model.length < largeGraph,
    logSeverityLevel: 4,
    extra: {
      session: {
        ...(whole && { disable_cpu_ep_fallback: '1' }),
        ...(exactInt8 && { x64quantprecision: '1' }),
      },
    },
  });
  return {
    async run({ count, height, width, data }: ImageBatch) {
      const image = new runtime.Tensor('uint8', data, [count, height, width, 3]);
      return new Map(Object.entries(await session.run({ image })).map(([name, tensor]) => [name, floats(tensor)]));
    },
    release: () => session.release(),
  };
}

const floats = (tensor: InferenceSession.OnnxValueMapType[string]): Float32Array => tensor.data as Float32Array;
