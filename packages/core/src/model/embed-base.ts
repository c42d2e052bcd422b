import { float16FromFloat32, float32FromFloat16 } from '../tensor-files/float16.js';
import { encodeSafetensors, type FloatTensor } from '../tensor-files/safetensors.js';
import type { NetworkWeights } from '../weights/weight-file.js';

/** A network's weights as safetensors: `layer/0`, `layer/1`, … in Keras' order. */
export function encodeWeights(weights: NetworkWeights, dtype: 'F32' | 'F16' = 'F32'): Uint8Array {
  return encodeSafetensors(tensorsOf(weights), { format: 'graft' }, dtype);
}

/**
 * A backbone's weights for an artifact that needs nothing else. Half precision where that loses nothing, as for weights that were
 * published in it; float32 elsewhere, since a head that was trained on the full numbers would give other scores on rounded ones.
 */
export function encodeBase(weights: NetworkWeights): Uint8Array {
  const fitsHalf = [...weights.values()].flat().every(({ data }) => isExactInHalf(data));
  return encodeWeights(weights, fitsHalf ? 'F16' : 'F32');
}

// Piece by piece: the first numbers mostly tell, and no copy of a large tensor is made.
const piece = 4096;

function isExactInHalf(values: Float32Array): boolean {
  for (let from = 0; from < values.length; from += piece) {
    const part = values.subarray(from, from + piece);
    const widened = float32FromFloat16(float16FromFloat32(part));
    if (!part.every((value, index) => Object.is(value, widened[index]))) return false;
  }
  return true;
}

function tensorsOf(weights: NetworkWeights): ReadonlyMap<string, FloatTensor> {
  return new Map(
    [...weights].flatMap(([layer, values]) =>
      values.map((value, index): [string, FloatTensor] => [`${layer}/${index}`, value]),
    ),
  );
}
