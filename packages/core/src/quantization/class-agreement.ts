/** How the logits of a network in int8 stand to those in fp32. */
export interface ClassAgreement {
  /** The share of images, 0–1, whose class is expected to stay, once the shift is taken back. */
  readonly agreement: number;
  /** How far that may be off, as one standard error: some images lie nearer to another class than others, and these are a sample. */
  readonly standardError: number;
  /** How much higher each logit is in int8, on average. */
  readonly shift: readonly number[];
}

/**
 * Estimates how many images get the same class from two networks, of which one computes what the other does, with errors.
 *
 * Counting the images whose class changes says little where there are few: with 64 of them one change is 1.6 %. So every image's
 * error is put on every image's logits, n² cases, which takes for granted that errors and margins know nothing of each other.
 *
 * @param expected - Logits in fp32, one row an image; one row at least.
 * @param actual - The same in int8.
 */
export function classAgreement(expected: readonly Float32Array[], actual: readonly Float32Array[]): ClassAgreement {
  const errors = expected.map((row, i) => Float64Array.from(row, (value, c) => (actual[i]?.[c] ?? Number.NaN) - value));
  const shift = meanRow(errors);
  const rest = errors.map((error) => error.map((value, c) => value - (shift[c] as number)));
  const shares = expected.map((logits) => {
    const top = highest(logits, undefined);
    return rest.filter((error) => highest(logits, error) === top).length / rest.length;
  });
  const count = shares.length;
  const agreement = shares.reduce((sum, share) => sum + share, 0) / count;
  const squares = shares.reduce((sum, share) => sum + (share - agreement) ** 2, 0);
  return { agreement, standardError: Math.sqrt(squares / Math.max(count - 1, 1) / count), shift: [...shift] };
}

/** The energy of what is left of the errors once their mean is taken back, for a logit of an image. */
export function scatteredError(expected: readonly Float32Array[], actual: readonly Float32Array[]): number {
  const errors = expected.map((row, i) => Float64Array.from(row, (value, c) => (actual[i]?.[c] ?? Number.NaN) - value));
  const shift = meanRow(errors);
  let [sum, count] = [0, 0];
  for (const error of errors) {
    for (const [c, value] of error.entries()) {
      sum += (value - (shift[c] as number)) ** 2;
      count += 1;
    }
  }
  return sum / Math.max(count, 1);
}

function meanRow(rows: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) for (const [c, value] of row.entries()) mean[c] = (mean[c] as number) + value / rows.length;
  return mean;
}

/** −1 where a value is not a number: that is no class. */
function highest(logits: Float32Array, error: Float64Array | undefined): number {
  let [top, best] = [-1, -Infinity];
  for (const [c, logit] of logits.entries()) {
    const value = logit + (error?.[c] ?? 0);
    if (Number.isNaN(value)) return -1;
    if (value > best) [top, best] = [c, value];
  }
  return top;
}
