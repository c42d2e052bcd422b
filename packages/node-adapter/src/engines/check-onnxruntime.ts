import { reasonOf, type EngineStatus } from '@graft-ml/core';
import type { OnnxGraph } from '@graft-ml/core/onnx';
import { loadOnnxruntime, openSession } from './onnxruntime-session.js';
import type { OnnxruntimeProvider } from './onnxruntime-providers.js';

/** Says whether a provider of onnxruntime runs here; an accelerator has to show it on a small graph. */
export async function checkProvider(provider: OnnxruntimeProvider): Promise<EngineStatus> {
  const { remedy } = provider;
  try {
    const { env, listSupportedBackends } = await loadOnnxruntime();
    const detail = `onnxruntime ${env.versions.node ?? env.versions.common}, ${provider.title}`;
    if (provider.name === 'cpu') return { usable: true, detail };
    if (!listSupportedBackends().some(({ name }) => name === provider.id)) {
      return {
        usable: false,
        reason: `onnxruntime for ${process.platform} on ${process.arch} has no ${provider.title}`,
        remedy,
      };
    }
    const missing = provider.missing?.();
    if (missing !== undefined) return { usable: false, reason: missing, remedy };
    const wrong = await tryProvider(provider);
    return wrong === undefined ? { usable: true, detail } : { usable: false, reason: wrong, remedy };
  } catch (error) {
    return { usable: false, reason: firstLine(reasonOf(error)), remedy };
  }
}

/**
 * Runs a 1×1 convolution that the provider has to take wholly: onnxruntime else gives what a provider cannot run to the CPU
 * without a word.
 * @returns What is wrong, if anything is.
 */
async function tryProvider(provider: OnnxruntimeProvider): Promise<string | undefined> {
  const { encodeOnnxModel } = await import('@graft-ml/core/onnx');
  const session = await openSession(encodeOnnxModel(probe), { provider, whole: true });
  try {
    const outputs = await session.run({ count: 1, height: 1, width: 2, data: Uint8Array.of(1, 2, 3, 40, 50, 60) });
    const values = [...(outputs.get('output') ?? [])];
    const expected = [1 + 4 + 9, 40 + 100 + 180];
    const right =
      values.length === 2 && expected.every((value, i) => Math.abs((values[i] ?? 0) - value) <= 1e-3 * value);
    return right ? undefined : `it computes ${values.join(', ')} where ${expected.join(', ')} is right`;
  } finally {
    await session.release();
  }
}

/** One pixel's weighted sum, from bytes as every prefix reads them. */
const probe: OnnxGraph = {
  name: 'probe',
  inputs: [{ name: 'image', type: 'uint8', shape: ['batch', 'height', 'width', 3] }],
  outputs: [{ name: 'output', type: 'float32', shape: ['batch', 1, 'height', 'width'] }],
  constants: [
    {
      name: 'kernel',
      type: 'float32',
      shape: [1, 3, 1, 1],
      data: new Uint8Array(Float32Array.of(1, 2, 3).buffer),
    },
  ],
  nodes: [
    { type: 'Cast', inputs: ['image'], output: 'float', layer: 'probe', attributes: { to: 1 } },
    { type: 'Transpose', inputs: ['float'], output: 'planar', layer: 'probe', attributes: { perm: [0, 3, 1, 2] } },
    {
      type: 'Conv',
      inputs: ['planar', 'kernel'],
      output: 'output',
      layer: 'probe',
      attributes: { kernel_shape: [1, 1] },
    },
  ],
};

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
