/** A run of numbers that sums are taken over. */
interface NumberRun {
  readonly [index: number]: number;
  readonly length: number;
}

/**
 * The sum of numbers as numpy adds them up: in eight interleaved partial sums, pairwise beyond 128. Where a choice hangs on
 * the last bit, the order of additions decides.
 * @see numpy `loops_utils.h`, `pairwise_sum`
 */
export function numpySum(values: NumberRun, from = 0, count = values.length): number {
  if (count < 8) {
    let sum = 0;
    for (let i = 0; i < count; i += 1) sum += values[from + i]!;
    return sum;
  }
  if (count > 128) {
    let half = count >> 1;
    half -= half % 8;
    return numpySum(values, from, half) + numpySum(values, from + half, count - half);
  }
  const parts = new Float64Array(8);
  let i = 0;
  for (; i < count - (count % 8); i += 8) {
    for (let lane = 0; lane < 8; lane += 1) parts[lane]! += values[from + i + lane]!;
  }
  const [a, b, c, d, e, f, g, h] = parts as unknown as [number, number, number, number, number, number, number, number];
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (; i < count; i += 1) sum += values[from + i]!;
  return sum;
}

/** The standard deviation as numpy's `std(values)` computes it, to the last bit. `scratch` has room for as many numbers. */
export function numpyStd(values: NumberRun, scratch: Float64Array): number {
  const count = values.length;
  const mean = numpySum(values) / count;
  for (let i = 0; i < count; i += 1) {
    const difference = values[i]! - mean;
    scratch[i] = difference * difference;
  }
  return Math.sqrt(numpySum(scratch, 0, count) / count);
}
