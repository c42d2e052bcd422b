import { murmurHash128 } from '../random/murmur-hash.js';
import type { Sample } from './dataset.js';
import { FingerprintSum } from './fingerprint-sum.js';

/**
 * A digest of which samples there are, with their labels and groups; their order does not matter. It tells data sets
 * apart that came to differ by accident; it is no protection against someone who wants two to look alike.
 *
 * @returns 32 hexadecimal digits: of the sum of the samples' MurmurHash3.
 * @example `datasetFingerprint(dataset.samples) // 'b5bb9d8014a0f9b1d61e21e796d78dcc'`
 */
export function datasetFingerprint(samples: readonly Sample[]): string {
  const sum = new FingerprintSum();
  for (const { id, label, group = '' } of samples) {
    sum.add(murmurHash128(`${id.length},${label.length},${id}${label}${group}`));
  }
  return sum.digest();
}
