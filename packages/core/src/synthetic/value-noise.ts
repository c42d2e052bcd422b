import type { RandomGenerator } from '../random/keyed-random.js';

const SIDE = 64;
const MASK = SIDE - 1;

/** Smooth noise: random numbers from [0, 1) on a lattice, interpolated; it repeats after 64 lattice steps. */
export class ValueNoise {
  readonly #values = new Float64Array(SIDE * SIDE);

  constructor(random: RandomGenerator) {
    // One draw gives the lattice's seed: 4096 draws of 53 bits would take longer than the image.
    let state = random.integer(0x1_0000_0000) | 1;
    for (let i = 0; i < this.#values.length; i += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      this.#values[i] = (state >>> 0) / 0x1_0000_0000;
    }
  }

  /** The noise at a point, in lattice steps; any finite number. */
  at(x: number, y: number): number {
    const left = Math.floor(x);
    const top = Math.floor(y);
    let s = x - left;
    let t = y - top;
    s = s * s * (3 - 2 * s);
    t = t * t * (3 - 2 * t);
    const upper = (top & MASK) * SIDE;
    const lower = ((top + 1) & MASK) * SIDE;
    const i = left & MASK;
    const j = (left + 1) & MASK;
    const values = this.#values;
    const above = values[upper + i]! + (values[upper + j]! - values[upper + i]!) * s;
    const below = values[lower + i]! + (values[lower + j]! - values[lower + i]!) * s;
    return above + (below - above) * t;
  }
}
