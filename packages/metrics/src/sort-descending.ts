const digitBits = 11;
const buckets = 1 << digitBits;

/**
 * The order of scores from high to low, ties by position: what `numpy.argsort(-scores, kind='stable')` gives.
 *
 * Long inputs take a radix sort over the bits of each number, which is several times as fast as comparing.
 * Scores must be finite, and -0 must have been turned into 0.
 */
export function sortDescending(scores: Float64Array): Uint32Array {
  const n = scores.length;
  if (n < 4096) {
    const order = Uint32Array.from(scores, (_, i) => i);
    return order.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  }
  const words = new Uint32Array(scores.slice().buffer);
  const low = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;
  // Records of three words (low bits, high bits, position) move together: scattered reads would cost more than the copies.
  let from = new Uint32Array(3 * n);
  let to = new Uint32Array(3 * n);
  const counts = new Uint32Array(6 * buckets);
  for (let i = 0; i < n; i++) {
    let lowBits = words[2 * i + low] as number;
    let highBits = words[2 * i + 1 - low] as number;
    // The bits of negative numbers already fall as the numbers rise; those of the others are turned round.
    if (highBits >>> 31 === 0) {
      lowBits = ~lowBits;
      highBits = ~highBits & 0x7fffffff;
    }
    from[3 * i] = lowBits;
    from[3 * i + 1] = highBits;
    from[3 * i + 2] = i;
    for (let pass = 0; pass < 6; pass++) {
      const bucket = pass * buckets + digitOf(pass < 3 ? lowBits : highBits, pass);
      counts[bucket] = (counts[bucket] as number) + 1;
    }
  }
  for (let pass = 0; pass < 6; pass++) {
    const next = counts.subarray(pass * buckets, (pass + 1) * buckets);
    if (next.includes(n)) continue;
    let start = 0;
    for (let bucket = 0; bucket < buckets; bucket++) {
      const count = next[bucket] as number;
      next[bucket] = start;
      start += count;
    }
    const word = pass < 3 ? 0 : 1;
    for (let record = 0; record < 3 * n; record += 3) {
      const bucket = digitOf(from[record + word] as number, pass);
      const place = 3 * (next[bucket] as number);
      next[bucket] = (next[bucket] as number) + 1;
      to[place] = from[record] as number;
      to[place + 1] = from[record + 1] as number;
      to[place + 2] = from[record + 2] as number;
    }
    [from, to] = [to, from];
  }
  return Uint32Array.from({ length: n }, (_, i) => from[3 * i + 2] as number);
}

function digitOf(word: number, pass: number): number {
  return (word >>> ((pass % 3) * digitBits)) & (buckets - 1);
}
