import { env, getBackend, setBackend } from '@tensorflow/tfjs-core';
import { EngineError, reasonOf, tfjsEngine, type Engine, type TfjsEngineOptions } from '@graft-ml/core';
import { registerMissingGradientKernels } from '@graft-ml/core/gradient-kernels';
import plainWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';

/** What draws on the processor's behalf: slower than WebAssembly, which uses the processor itself. */
const softwareRenderers = /swiftshader|llvmpipe|software|basic render/i;

/** Each backend comes over the network when it is tried, and only then. */
const backends: readonly TfjsEngineOptions[] = [
  {
    name: 'webgpu',
    backend: 'webgpu',
    batchSize: 8,
    batching: 'full',
    accelerator: { automatic: true },
    remedy: 'use a browser and a machine with WebGPU',
    async register() {
      // Undefined in browsers without it, and where the page did not come over a secure connection.
      const gpu = navigator.gpu as GPU | undefined;
      const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
      if (!adapter) throw new Error('there is no WebGPU here');
      const { vendor, architecture, description } = adapter.info;
      const title = description || [vendor, architecture].filter((part) => part !== '').join(' ');
      if (softwareRenderers.test(title)) throw new Error(`its GPU is software (${title})`);
      await import('@tensorflow/tfjs-backend-webgpu');
      return `WebGPU${title === '' ? '' : ` (${title})`}`;
    },
  },
  {
    name: 'webgl',
    backend: 'webgl',
    batchSize: 8,
    accelerator: { automatic: true },
    remedy: 'switch hardware acceleration on',
    async register() {
      const title = webglRenderer();
      if (softwareRenderers.test(title)) throw new Error(`its GPU is software (${title})`);
      await import('@tensorflow/tfjs-backend-webgl');
      if (!env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')) throw new Error('its GPU has no 32-bit numbers');
      return `WebGL (${title})`;
    },
  },
  {
    name: 'wasm',
    backend: 'wasm',
    batchSize: 4,
    remedy: 'use a browser with WebAssembly',
    async register() {
      const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
      registerWasm(setWasmPaths);
      return 'WebAssembly';
    },
  },
  {
    name: 'cpu',
    backend: 'cpu',
    batchSize: 1,
    remedy: 'load the page again',
    async register() {
      await import('@tensorflow/tfjs-backend-cpu');
      return 'JavaScript';
    },
  },
];

function registerWasm(setWasmPaths: (paths: Record<string, string>) => void): void {
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plainWasm,
    'tfjs-backend-wasm-simd.wasm': simdWasm,
    'tfjs-backend-wasm-threaded-simd.wasm': threadedWasm,
  });
  registerMissingGradientKernels('wasm', { replace: ['Conv2DBackpropInput', 'AvgPoolGrad', 'MaxPoolGrad'] });
}

function webglRenderer(): string {
  const context = document.createElement('canvas').getContext('webgl2');
  if (context === null) throw new Error('there is no WebGL here');
  const facts = context.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = facts
    ? context.getParameter(facts.UNMASKED_RENDERER_WEBGL)
    : context.getParameter(context.RENDERER);
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return String(name);
}

/** Asked once: what is not there now will not be there in a minute, and browsers note each question in their console. */
const known = backends.map((options): TfjsEngineOptions => {
  let asked: Promise<unknown> | undefined;
  return { ...options, register: () => (asked ??= options.register()) };
});

/** Engines for the frozen prefix, the fastest first. */
export function webEngines(): Engine[] {
  return known.map(tfjsEngine);
}

/** Makes the first of these backends that runs here current; which one it is, for people. */
export async function useBackend(...names: readonly string[]): Promise<string> {
  const reasons: string[] = [];
  for (const { name, backend, register } of known.filter((options) => names.includes(options.name))) {
    try {
      const title = await register();
      if (getBackend() === backend || (await setBackend(backend))) return String(title);
      reasons.push(`${name}: it did not start`);
    } catch (error) {
      reasons.push(`${name}: ${reasonOf(error)}`);
    }
  }
  throw new EngineError(`nothing can compute here (${reasons.join('; ')}); use a current browser`);
}
