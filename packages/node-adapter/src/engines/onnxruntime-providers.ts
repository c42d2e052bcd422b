import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** One of onnxruntime's execution providers: what does the arithmetic. */
export interface OnnxruntimeProvider {
  /** As in `--engine onnxruntime:cuda`. */
  readonly name: 'cuda' | 'directml' | 'coreml' | 'webgpu' | 'cpu';
  /** onnxruntime's own name. */
  readonly id: 'cuda' | 'dml' | 'coreml' | 'webgpu' | 'cpu';
  /** For people. */
  readonly title: string;
  /** How to get it. */
  readonly remedy: string;
  /** Images for each call. */
  readonly batchSize: number;
  /** Whether `auto` takes it where it runs. */
  readonly automatic: boolean;
  /** Why it cannot run in this installation, as far as that can be told without trying. */
  readonly missing?: () => string | undefined;
}

/** Its script downloads CUDA's libraries, which only few need and not every network lets through; the rest is in the package. */
const reinstall = 'run `npm install --ignore-scripts onnxruntime-node@1.30.0`, or use --engine wasm, which is slower';

/** In order of speed where they run. */
export const onnxruntimeProviders: readonly OnnxruntimeProvider[] = [
  {
    name: 'cuda',
    id: 'cuda',
    title: 'CUDA',
    remedy:
      'needs Linux on x64 with an NVIDIA driver, CUDA 12 and cuDNN 9; install its library with ' +
      '`ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node`, or use --engine onnxruntime',
    batchSize: 32,
    automatic: true,
    missing: missingCudaLibrary,
  },
  {
    name: 'coreml',
    id: 'coreml',
    title: 'CoreML',
    remedy: 'needs macOS; use --engine onnxruntime',
    batchSize: 8,
    // It computes in half precision on part of Apple's hardware: nobody gets that without asking.
    automatic: false,
  },
  {
    name: 'directml',
    id: 'dml',
    title: 'DirectML',
    remedy: 'needs Windows 10 or newer with a DirectX 12 GPU; use --engine onnxruntime',
    batchSize: 32,
    automatic: true,
  },
  {
    name: 'webgpu',
    id: 'webgpu',
    title: 'WebGPU',
    remedy: 'needs a GPU with a Vulkan, Metal or Direct3D 12 driver; use --engine onnxruntime',
    batchSize: 16,
    // It also runs on a GPU that the processor imitates, many times slower than the CPU provider.
    automatic: false,
  },
  { name: 'cpu', id: 'cpu', title: 'CPU', remedy: reinstall, batchSize: 8, automatic: true },
];

/** onnxruntime-node's build knows CUDA, but its library comes apart; trying to load it in vain prints to stderr. */
function missingCudaLibrary(): string | undefined {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  const library = join(dirname(main), `../bin/napi-v6/linux/${process.arch}/libonnxruntime_providers_cuda.so`);
  return existsSync(library) ? undefined : 'libonnxruntime_providers_cuda.so is not installed';
}
