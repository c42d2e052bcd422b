/** The labels of oracles/splits.py: neither sorted nor grouped. */
export function goldenLabels(counts: readonly number[]): number[] {
  const flat = counts.flatMap((count, label) => Array.from({ length: count }, () => label));
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let step = 7;
  while (divisor(step, flat.length) !== 1) step += 2;
  return flat.map((_, i) => flat[(i * step) % flat.length]!);
}

/** Its groups: scattered over the samples, sizes even or skewed, names or numbers. */
export function goldenGroups(total: number, groupCount: number, kind: string): (string | number)[] {
  return Array.from({ length: total }, (_, i) => {
    const u = ((Math.imul(i, 2654435761) + 12345) >>> 0) / 2 ** 32;
    const group = Math.floor((kind.includes('skewed') ? u * u : u) * groupCount);
    return kind.includes('named') ? `p${group}` : group;
  });
}
