import { createRequire } from 'node:module';
import { EngineError } from '@graft-ml/core';
import { registerMissingGradientKernels } from '@graft-ml/core/gradient-kernels';
import { rememberSuccess } from './remember-success.js';

/** What of the package `webgpu` (Dawn for Node) is used. */
interface Dawn {
  readonly globals: Readonly<Record<string, unknown>>;
  readonly create: (options: string[]) => { requestAdapter(): Promise<Adapter | null> };
}
interface Adapter {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly description: string;
  };
}

/**
 * Makes the WebGPU backend known: Dawn, which the package `webgpu` brings for Node, under TensorFlow.js' kernels. May be
 * called often.
 * @returns What it is, e.g. `WebGPU, NVIDIA H100`.
 * @throws EngineError if a package or a GPU's driver is missing.
 */
export const registerWebgpuBackend = rememberSuccess(load);

async function load(): Promise<string> {
  const require = createRequire(import.meta.url);
  for (const name of ['webgpu', '@tensorflow/tfjs-backend-webgpu']) {
    if (!resolves(require, name)) throw new EngineError(`package ${name} is not installed`, { subject: 'webgpu' });
  }
  const { create, globals } = (await import('webgpu')) as unknown as Dawn;
  const gpu = create([]);
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new EngineError('there is no GPU with a driver', { subject: 'webgpu' });
  Object.assign(globalThis, globals);
  // Node has a navigator since 21, which cannot be replaced as a whole.
  const holder = (globalThis as { navigator?: object }).navigator;
  if (holder === undefined) Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  else Object.defineProperty(holder, 'gpu', { value: gpu, configurable: true });
  await import('@tensorflow/tfjs-backend-webgpu');
  registerMissingGradientKernels('webgpu', { replace: ['AvgPoolGrad'] });
  return `WebGPU, ${describe(adapter.info)}`;
}

function resolves(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

function describe({ vendor, architecture, device, description }: Adapter['info']): string {
  return description || [vendor, architecture, device].filter((part) => part !== '').join(' ') || 'unnamed adapter';
}
