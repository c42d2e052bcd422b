/**
 * The last few steps of a descent, which tell how the gradient bends: limited-memory BFGS with a matrix of one's own to start from.
 *
 * @see Nocedal and Wright, "Numerical optimization", 2006, algorithm 7.4
 */
export class LbfgsMemory {
  readonly #divide: (values: Float64Array) => void;
  readonly #capacity: number;
  readonly #rescale: boolean;
  #pairs: { readonly step: Float64Array; readonly change: Float64Array; readonly inverse: number }[] = [];
  #scale = 1;

  /**
   * @param divide - Divides a vector, in its place, by a guess at the second derivatives: a positive definite matrix.
   * @param options.rescale - Whether the guess is brought to the scale of the last step; a good guess needs it not.
   */
  constructor(
    divide: (values: Float64Array) => void,
    options: { readonly capacity: number; readonly rescale: boolean },
  ) {
    this.#divide = divide;
    this.#rescale = options.rescale;
    this.#capacity = options.capacity;
  }

  /**
   * Takes in one step and what it changed in the gradient. Steps along which the gradient does not grow, which rounding alone
   * can bring about, are passed over.
   */
  push(step: Float64Array, change: Float64Array): void {
    const curvature = dot(step, change);
    if (!(curvature > 1e-14 * Math.sqrt(dot(step, step) * dot(change, change)))) return;
    if (this.#rescale) {
      const divided = change.slice();
      this.#divide(divided);
      this.#scale = curvature / dot(change, divided);
    }
    this.#pairs.push({ step, change, inverse: 1 / curvature });
    if (this.#pairs.length > this.#capacity) this.#pairs.shift();
  }

  /** Forgets all steps. */
  clear(): void {
    this.#pairs = [];
    this.#scale = 1;
  }

  /** True if no step is known: the direction is then the scaled gradient. */
  get isEmpty(): boolean {
    return this.#pairs.length === 0;
  }

  /** Where to go from a point of this gradient: downhill, about as far as the minimum is. */
  direction(gradient: Float64Array): Float64Array {
    const result = gradient.slice();
    const shares = new Float64Array(this.#pairs.length);
    for (let i = this.#pairs.length - 1; i >= 0; i--) {
      const { step, change, inverse } = this.#pairs[i]!;
      shares[i] = inverse * dot(step, result);
      addScaled(result, change, -shares[i]!);
    }
    this.#divide(result);
    for (let i = 0; i < result.length; i++) result[i]! *= this.#scale;
    for (const [i, { step, change, inverse }] of this.#pairs.entries()) {
      addScaled(result, step, shares[i]! - inverse * dot(change, result));
    }
    for (let i = 0; i < result.length; i++) result[i] = -result[i]!;
    return result;
  }
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** `target += factor · values`. */
export function addScaled(target: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * values[i]!;
}
