/**
 * Uniform numbers from (seed, layer, weight, position) alone: 32-bit integer arithmetic, the same in every language.
 * The oracle computes them too: oracles/weight_formula.py.
 */

/** Where a sequence of numbers comes from. */
export interface FormulaKey {
  /** A whole number, 0 or more. */
  readonly seed: number;
  readonly layer: string;
  /** Which of the layer's weights: 0 for the first. */
  readonly index: number;
}

/**
 * The integer hash behind the numbers, one for each position.
 * @returns A function from a position (0 or more, below 2³²) to a whole number, 0 to 2³² − 1.
 */
export function positionHash({ seed, layer, index }: FormulaKey): (position: number) => number {
  const text = new TextEncoder().encode(`${seed}/${layer}/${index}`);
  const first = hashBytes(text, 0x811c9dc5);
  const second = hashBytes(text, 0x9747b28c);
  // The second key enters between the rounds: else two layers would be windows on one and the same sequence.
  return (position) => {
    let x = (Math.imul(position, 0x9e3779b9) + first) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = ((x ^ (x >>> 15)) + second) | 0;
    x = Math.imul(x, 0x846ca68b);
    return (x ^ (x >>> 16)) >>> 0;
  };
}

/**
 * Fills an array with `offset + spread · u`, `u` uniform in (−1, 1): 24 bits of the hash, computed in double precision
 * and rounded once to float32.
 */
export function fillUniform(
  values: Float32Array,
  { key, offset, spread }: { readonly key: FormulaKey; readonly offset: number; readonly spread: number },
): void {
  const hash = positionHash(key);
  for (let position = 0; position < values.length; position += 1) {
    values[position] = offset + (((hash(position) >>> 8) + 0.5 - 0x800000) / 0x800000) * spread;
  }
}

// FNV-1a, with a last mixing because its high bits are weak on short texts.
function hashBytes(bytes: Uint8Array, basis: number): number {
  let x = basis;
  for (const byte of bytes) x = Math.imul(x ^ byte, 0x01000193);
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}
