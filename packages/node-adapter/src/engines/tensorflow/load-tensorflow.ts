import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tfjs from '@tensorflow/tfjs-core';
import { EngineError, reasonOf } from '@graft-ml/core';
import { bindingPath, readTensorflowManifest, tensorflowFolder } from './tensorflow-folder.js';
import { rememberSuccess } from '../remember-success.js';

const require = createRequire(import.meta.url);

/** The TensorFlow.js backend's name. */
export const tensorflowBackend = 'tensorflow';

/**
 * Makes the backend of tfjs-node known: the one that `graft engines install tensorflow` built, else the package
 * `@tensorflow/tfjs-node` if it is installed and works. May be called often.
 * @returns What it is, e.g. `TensorFlow 2.21.0, CPU`.
 * @throws EngineError if there is none, or it cannot be loaded.
 */
export const registerTensorflowBackend = rememberSuccess(load);

/** What of tfjs-node's own modules is used. */
interface KernelBackendModule {
  readonly NodeJSKernelBackend: new (binding: Binding, packageName: string) => tfjs.KernelBackend;
}
interface Binding {
  readonly TF_Version: string;
  isUsingGpuDevice(): boolean;
}

async function load(): Promise<string> {
  const folder = tensorflowFolder();
  const manifest = await readTensorflowManifest(folder);
  // TensorFlow otherwise tells standard error of the processor's instructions.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  restoreUtilities();
  if (manifest !== undefined) return loadBuilt(folder);
  return loadInstalled();
}

function loadBuilt(folder: string): string {
  const binding = loadBinding(folder);
  // Its modules ask for the whole of TensorFlow.js; what they use of it is the core that is loaded already.
  shared[sharedName] = tfjs;
  require(join(folder, 'dist', 'register_all_kernels.js'));
  const { NodeJSKernelBackend } = require(join(folder, 'dist', 'nodejs_kernel_backend.js')) as KernelBackendModule;
  tfjs.registerBackend(tensorflowBackend, () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node'), 0);
  return describe(binding);
}

function loadBinding(folder: string): Binding {
  try {
    return require(bindingPath(folder)) as Binding;
  } catch (cause) {
    throw new EngineError(`TensorFlow in ${folder} cannot be loaded: ${reasonOf(cause)}`, { subject: folder, cause });
  }
}

const describe = (binding: Binding): string =>
  `TensorFlow ${binding.TF_Version}, ${binding.isUsingGpuDevice() ? 'CUDA' : 'CPU'}`;

async function loadInstalled(): Promise<string> {
  const name = '@tensorflow/tfjs-node';
  let main: string;
  try {
    main = require.resolve(name);
  } catch {
    throw new EngineError('TensorFlow is not installed', { subject: 'tfjs-node' });
  }
  if (!existsSync(join(main, '../../lib/napi-v8/tfjs_binding.node'))) {
    throw new EngineError(`${name} is installed, but its binary is not`, { subject: 'tfjs-node' });
  }
  const before = tfjs.getBackend();
  const { version } = (await import(name)) as { readonly version: Readonly<Record<string, string>> };
  // It makes itself the current backend.
  if (before) await tfjs.setBackend(before);
  return `@tensorflow/tfjs-node ${version['tfjs-node'] ?? ''}`;
}

/** Under which a stand-in for `@tensorflow/tfjs` finds this process's core; see install-tensorflow.ts. */
const sharedName = Symbol.for('@graft-ml/tfjs');
const shared = globalThis as { [sharedName]?: unknown };

/** What the stand-in for `@tensorflow/tfjs` in the engine's folder holds. */
export const standIn = "module.exports = globalThis[Symbol.for('@graft-ml/tfjs')];\n";

/** tfjs-node 4.22 calls these; Node 23 took them away, and Node 22 warns of them. */
function restoreUtilities(): void {
  const utilities = require('node:util') as Record<string, unknown>;
  utilities['isNullOrUndefined'] = (value: unknown) => value === null || value === undefined;
  utilities['isArray'] = Array.isArray;
}
