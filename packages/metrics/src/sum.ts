/**
 * Adds numbers in the order NumPy adds them (pairwise, in eight lanes), so that averages agree to the last bit
 * and printed reports to the last digit.
 */
export function sum(values: ArrayLike<number>, from = 0, to = values.length): number {
  const n = to - from;
  if (n > 128) {
    const middle = from + (n >> 1) - ((n >> 1) % 8);
    return sum(values, from, middle) + sum(values, middle, to);
  }
  const at = (i: number) => values[i] as number;
  let i = from;
  let total = 0;
  if (n >= 8) {
    const lane = [0, 1, 2, 3, 4, 5, 6, 7].map((k) => at(from + k)) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (i += 8; i + 8 <= to; i += 8) for (let k = 0; k < 8; k++) lane[k] = (lane[k] as number) + at(i + k);
    total = lane[0] + lane[1] + (lane[2] + lane[3]) + (lane[4] + lane[5] + (lane[6] + lane[7]));
  }
  for (; i < to; i++) total += at(i);
  return total;
}
