/** Mean (or, with `normalize: false`, sum) of `valueAt(0…n-1)`, weighted if weights are given. */
export function meanOver(
  n: number,
  valueAt: (sample: number) => number,
  options: { sampleWeight?: ArrayLike<number> | undefined; normalize?: boolean | undefined },
): number {
  const { sampleWeight, normalize = true } = options;
  let total = 0;
  let scale = 0;
  for (let i = 0; i < n; i++) {
    const weight = sampleWeight ? (sampleWeight[i] as number) : 1;
    // A weight of 0 leaves the sample out, even where its value is infinite.
    if (weight > 0) total += weight * valueAt(i);
    scale += weight;
  }
  return normalize ? total / scale : total;
}
