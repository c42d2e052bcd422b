const digitBits = 11;
const buckets = 1 << digitBits;

/**
 * The order of scores from high to low, ties by position: what `numpy.argsort(-scores, kind='stable')` gives.
 *
 * Long inputs take a radix sort over the upper 32 bits of each number, and an insertion sort of the few that share them:
 * several times as fast as comparing. Scores must be finite, and -0 must have been turned into 0.
 */
export function sortDescending(scores: Float64Array): Uint32Array {
  const n = scores.length;
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  const compare = (a: number, b: number) => (scores[b] as number) - (scores[a] as number) || a - b;
  if (n < 4096) return order.sort(compare);

  const upper = radixSort(scores, order);
  let shifts = 8 * n;
  for (let i = 1; i < n; i++) {
    if (upper[i] !== upper[i - 1]) continue;
    const sample = order[i] as number;
    const score = scores[sample] as number;
    let place = i;
    for (; place > 0 && (scores[order[place - 1] as number] as number) < score; place--, shifts--) {
      order[place] = order[place - 1] as number;
    }
    order[place] = sample;
    // Scores that differ in their last bits only would take for ever.
    if (shifts < 0) return order.sort(compare);
  }
  return order;
}

/** Orders by the upper bits, highest first; returns those bits in that order. */
function radixSort(scores: Float64Array, order: Uint32Array): Uint32Array {
  const n = scores.length;
  const words = new Uint32Array(scores.buffer, scores.byteOffset, 2 * n);
  const upperWord = new Uint8Array(new Uint32Array([1]).buffer)[0] as number; // 1 on little-endian machines
  // Pairs of bits and position move together: scattered reads would cost more than the copies.
  let from = new Uint32Array(2 * n);
  let to = new Uint32Array(2 * n);
  for (let i = 0; i < n; i++) {
    const bits = words[2 * i + upperWord] as number;
    // The bits of negative numbers already fall as the numbers rise; those of the others are turned round.
    from[2 * i] = bits >>> 31 ? bits : bits ^ 0x7fffffff;
    from[2 * i + 1] = i;
  }
  for (let shift = 0; shift < 32; shift += digitBits) {
    const next = new Uint32Array(buckets + 1);
    for (let i = 0; i < 2 * n; i += 2) {
      const bucket = (((from[i] as number) >>> shift) & (buckets - 1)) + 1;
      next[bucket] = (next[bucket] as number) + 1;
    }
    for (let bucket = 0; bucket < buckets; bucket++)
      next[bucket + 1] = (next[bucket + 1] as number) + (next[bucket] as number);
    for (let i = 0; i < 2 * n; i += 2) {
      const bits = from[i] as number;
      const bucket = (bits >>> shift) & (buckets - 1);
      const place = next[bucket] as number;
      next[bucket] = place + 1;
      to[2 * place] = bits;
      to[2 * place + 1] = from[i + 1] as number;
    }
    [from, to] = [to, from];
  }
  const upper = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    upper[i] = from[2 * i] as number;
    order[i] = from[2 * i + 1] as number;
  }
  return upper;
}
