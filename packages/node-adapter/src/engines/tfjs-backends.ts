import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { env, getBackend, setBackend } from '@tensorflow/tfjs-core';
import type { BackendUse } from '@graft-ml/core';

/** Makes the plain JavaScript backend known. */
export async function registerCpuBackend(): Promise<void> {
  // TensorFlow.js otherwise advertises another package on its first use.
  env().set('PROD', true);
  await import('@tensorflow/tfjs-backend-cpu');
}

let wasm: Promise<void> | undefined;

/** Makes the WebAssembly backend known, with its binaries from the package itself. */
export function registerWasmBackend(): Promise<void> {
  wasm ??= (async () => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(`${dirname(main)}${sep}`);
  })();
  return wasm;
}

/**
 * Networks without values are built on the plain backend, where a zero-filled weight takes no memory before it is written;
 * heads are trained on WebAssembly, several times faster here.
 */
export async function prepareTfjsBackend(use: BackendUse): Promise<void> {
  if (use === 'training') {
    await registerWasmBackend();
    if (getBackend() !== 'wasm') await setBackend('wasm');
  } else if (!getBackend()) {
    await registerCpuBackend();
    await setBackend('cpu');
  }
}
