import { float32FromFloat16 } from '@graft-ml/core/tensor-files';
import type { TfjsWeight } from './tfjs-manifest.js';

/** A weight's bytes as float32; `bytes` begin at their buffer's start. */
export function readTfjsValues(bytes: Uint8Array<ArrayBuffer>, { stored, quantization }: TfjsWeight): Float32Array {
  const { buffer } = bytes;
  switch (stored) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float16':
      return float32FromFloat16(new Uint16Array(buffer));
    case 'int32':
      return Float32Array.from(new Int32Array(buffer));
    case 'uint16':
      return scaled(new Uint16Array(buffer), quantization);
    case 'uint8':
      return scaled(bytes, quantization);
  }
}

// In double precision, and rounded once, as TensorFlow.js has it.
function scaled(values: Uint8Array | Uint16Array, quantization: TfjsWeight['quantization']): Float32Array {
  const { scale, min } = quantization ?? { scale: 1, min: 0 };
  return Float32Array.from(values, (value) => value * scale + min);
}
