import type { FeatureMatrix } from '../src/head/linear/logistic-regression.js';

/** What a case of golden/heads.json says of its data. */
export interface GoldenCase {
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  readonly salt: number;
  readonly gap: number;
  readonly kind?: string | undefined;
  readonly imbalanced?: boolean | undefined;
  readonly sampleWeights?: boolean | undefined;
}

/** The formula of oracles/heads.py. */
function goldenValues(count: number, salt: number): Float64Array {
  const low = (value: bigint) => value % 2n ** 32n;
  return Float64Array.from({ length: count }, (_, i) => {
    let hashed = low(BigInt(i + salt * 1_000_003) * 2_654_435_761n);
    hashed = low((hashed ^ (hashed >> 15n)) * 2_246_822_519n);
    hashed ^= hashed >> 13n;
    return Number(hashed) / 2 ** 32 - 0.5;
  });
}

/** Features and labels of a case, as oracles/heads.py has them. */
export function goldenData(
  golden: GoldenCase,
): FeatureMatrix & { readonly data: Float64Array; readonly labels: number[] } {
  const { rows, columns, classes, salt, gap, kind } = golden;
  const labels = Array.from({ length: rows }, (_, i) => i % classes).map((label, i) =>
    golden.imbalanced === true && label !== 0 && i % 8 !== 0 ? classes - 1 : label,
  );
  const data = goldenValues(rows * columns, salt);
  for (const [row, label] of labels.entries()) {
    const values = data.subarray(row * columns, (row + 1) * columns);
    for (let i = label; i < columns; i += classes) values[i]! += gap;
    if (kind === 'ill-conditioned') {
      for (let i = 0; i < columns; i++) values[i] = values[i]! * 10 ** ((i % 9) - 4) + 10 ** ((i % 9) - 3);
      values[columns - 1] = values[0]! * (1 + 1e-4 * values[1]!);
    }
    if (kind === 'constant') values.set([0, 7]);
    if (kind === 'raised') for (let i = 0; i < columns; i++) values[i]! += 1;
  }
  return { data, rows, columns, labels };
}

/** Sample weights of a case; every seventh sample weighs nothing. */
export function goldenWeights({ rows, salt, sampleWeights }: GoldenCase): number[] | undefined {
  if (sampleWeights !== true) return undefined;
  return Array.from(goldenValues(rows, salt + 1), (value, i) => (i % 7 === 0 ? 0 : value + 0.6));
}
