import { sha256 } from '../digest.js';
import type { NetworkWeights, WeightTensor } from './weight-file.js';

/**
 * Fingerprint of a network's weights, whatever file they came from.
 *
 * SHA-256 of one line for each tensor, `<layer>\t<index>\t<shape as 3x3x64>\t<SHA-256 of its float32 bytes>\n`, layers in code-unit
 * order; tensors are hashed one by one, so that no copy of all of them is made.
 *
 * @returns 64 hexadecimal digits.
 * @example `await weightsDigest(weights) // 'a3f1…'`
 */
export async function weightsDigest(weights: NetworkWeights): Promise<string> {
  const layers = [...weights].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  const lines: string[] = [];
  for (const [layer, tensors] of layers) {
    // One after the other: hashing copies what it is given, and all together would be all weights once more.
    for (const [index, tensor] of tensors.entries()) lines.push(await describeTensor(tensor, `${layer}\t${index}`));
  }
  return sha256(lines.join(''));
}

async function describeTensor({ shape, data }: WeightTensor, name: string): Promise<string> {
  return `${name}\t${shape.join('x')}\t${await sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))}\n`;
}
