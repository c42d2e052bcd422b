import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { env, getBackend, setBackend } from '@tensorflow/tfjs-core';
import { EngineError, reasonOf, tfjsEngine, type BackendUse, type Engine } from '@graft-ml/core';
import { registerMissingGradientKernels } from '@graft-ml/core/gradient-kernels';
import type { TfjsEngineFacts } from './late-tfjs-engine.js';
import { registerTensorflowBackend, tensorflowBackend } from './tensorflow/load-tensorflow.js';
import { registerWasmTrainingKernels } from './wasm-training-kernels.js';
import { registerWebgpuBackend } from './webgpu-backend.js';

/** Makes the plain JavaScript backend known. */
export async function registerCpuBackend(): Promise<void> {
  // TensorFlow.js otherwise advertises another package on its first use.
  env().set('PROD', true);
  await import('@tensorflow/tfjs-backend-cpu');
  // Its own is wrong at padded edges.
  registerMissingGradientKernels('cpu', { replace: ['AvgPoolGrad'] });
}

/**
 * The gradient by a convolution's input is plain loops there: the composition is eight times as fast. Average pooling's
 * gradient is wrong at padded edges, max pooling's where only the last row or column of windows is padded.
 */
const wasmKernelsToReplace = ['Conv2DBackpropInput', 'AvgPoolGrad', 'MaxPoolGrad'];

let wasm: Promise<void> | undefined;

/** Makes the WebAssembly backend known, with its binaries from the package itself. */
export function registerWasmBackend(): Promise<void> {
  wasm ??= (async () => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(`${dirname(main)}${sep}`);
    registerMissingGradientKernels('wasm', { replace: wasmKernelsToReplace });
    registerWasmTrainingKernels();
  })();
  return wasm;
}

/** TensorFlow.js backends that are engines too, by the engine's name. */
const tfjsEngines = {
  'tfjs-node': {
    backend: tensorflowBackend,
    register: registerTensorflowBackend,
    remedy: 'run `graft engines install tensorflow`',
  },
  webgpu: {
    backend: 'webgpu',
    register: registerWebgpuBackend,
    remedy:
      'needs `npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22.0` and a GPU with a Vulkan, Metal or Direct3D 12 driver',
  },
  wasm: { backend: 'wasm', register: registerWasmBackend, remedy: 'reinstall @tensorflow/tfjs-backend-wasm' },
  cpu: { backend: 'cpu', register: registerCpuBackend, remedy: 'reinstall @tensorflow/tfjs-backend-cpu' },
} as const;

export type TfjsEngineName = keyof typeof tfjsEngines;

/** The engine that {@link lateTfjsEngine} stands for. */
export function createTfjsEngine(facts: TfjsEngineFacts): Engine {
  return tfjsEngine({ ...facts, ...tfjsEngines[facts.name] });
}

/**
 * Networks without values are built on the plain backend, where a zero-filled weight takes no memory before it is written.
 * Heads are trained on WebAssembly, faster on their small matrices than TensorFlow; convolutions on TensorFlow where it is
 * installed, else on WebAssembly too.
 */
export async function prepareTfjsBackend(use: BackendUse, engine?: string): Promise<string> {
  if (use === 'structure') {
    await switching;
    if (getBackend()) return getBackend();
    return useBackend('cpu');
  }
  if (engine !== undefined && engine in tfjsEngines) return useBackend(engine as TfjsEngineName);
  if (use === 'fineTuning' && (await hasTensorflow())) return useBackend('tfjs-node');
  return useBackend('wasm');
}

let switching: Promise<unknown> = Promise.resolve();

/** One after the other: TensorFlow.js calls a backend the current one while it is still starting. */
function useBackend(name: TfjsEngineName): Promise<string> {
  const switched = switching.then(() => switchTo(name));
  switching = switched.catch(() => undefined);
  return switched;
}

async function switchTo(name: TfjsEngineName): Promise<string> {
  const { backend, register, remedy } = tfjsEngines[name];
  try {
    const detail = await register();
    if (getBackend() !== backend && !(await setBackend(backend))) throw new Error(`backend "${backend}" did not start`);
    return typeof detail === 'string' ? detail : `TensorFlow.js backend ${backend}`;
  } catch (cause) {
    throw new EngineError(`"${name}" cannot run here: ${reasonOf(cause)}; ${remedy}`, { subject: name, cause });
  }
}

async function hasTensorflow(): Promise<boolean> {
  return registerTensorflowBackend().then(
    () => true,
    () => false,
  );
}
