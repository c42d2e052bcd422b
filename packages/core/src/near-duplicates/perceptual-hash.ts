/** Height and width of the grey picture that a hash is made of. */
export const thumbnailSize = 32;

/** Sums of 1,024 values of up to 255 are exact to far less. */
const NOISE = 1e-6;

/** Rows and columns of frequencies that a hash keeps. */
const KEPT = 8;

/** A hash of 64 bits: what an image looks like from afar. Images that look alike differ in few bits. */
export interface PerceptualHash {
  readonly high: number;
  readonly low: number;
}

/** `cos(π · k · (2n + 1) / 2N)` for each kept frequency k and place n. */
const cosines = Float64Array.from({ length: KEPT * thumbnailSize }, (_, i) => {
  const [frequency, place] = [Math.floor(i / thumbnailSize), i % thumbnailSize];
  return Math.cos((Math.PI * frequency * (2 * place + 1)) / (2 * thumbnailSize));
});

/**
 * The DCT hash ("pHash"): the 8×8 lowest frequencies of a grey picture, one bit each, set where the frequency is above
 * the median of all.
 *
 * @param grey - 32×32 values, rows from the top.
 * @see ImageHash `phash(image, hash_size=8, highfreq_factor=4)` (oracle: oracles/perceptual_hash.py)
 */
export function perceptualHash(grey: Uint8Array): PerceptualHash {
  const frequencies = lowFrequencies(grey);
  const sorted = frequencies.slice().sort();
  const median = ((sorted[31] as number) + (sorted[32] as number)) / 2;
  let high = 0;
  let low = 0;
  for (let bit = 0; bit < 32; bit += 1) {
    high = (high << 1) | ((frequencies[bit] as number) > median ? 1 : 0);
    low = (low << 1) | ((frequencies[bit + 32] as number) > median ? 1 : 0);
  }
  return { high: high >>> 0, low: low >>> 0 };
}

function lowFrequencies(grey: Uint8Array): Float64Array {
  // Along rows, then along columns.
  const partial = new Float64Array(thumbnailSize * KEPT);
  for (let y = 0; y < thumbnailSize; y += 1) {
    for (let u = 0; u < KEPT; u += 1) {
      let sum = 0;
      for (let x = 0; x < thumbnailSize; x += 1) {
        sum += (grey[y * thumbnailSize + x] as number) * (cosines[u * thumbnailSize + x] as number);
      }
      partial[y * KEPT + u] = sum;
    }
  }
  const frequencies = new Float64Array(KEPT * KEPT);
  for (let v = 0; v < KEPT; v += 1) {
    for (let u = 0; u < KEPT; u += 1) {
      let sum = 0;
      for (let y = 0; y < thumbnailSize; y += 1) {
        sum += (partial[y * KEPT + u] as number) * (cosines[v * thumbnailSize + y] as number);
      }
      // A frequency that is not there must be 0, whatever rounding left of it: its sign would be chance.
      frequencies[v * KEPT + u] = Math.abs(sum) < NOISE ? 0 : sum;
    }
  }
  return frequencies;
}

/** How many bits of 32 are set. */
export function countBits(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
