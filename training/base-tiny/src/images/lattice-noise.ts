import type { RandomGenerator } from '@graft-ml/core';

const SIDE = 64;
const MASK = SIDE - 1;

/** A smooth random surface, about 0–1: values on a lattice, joined by cubic steps. It repeats after 64 lattice steps. */
export class LatticeNoise {
  readonly #values = new Float64Array(SIDE * SIDE);

  constructor(random: RandomGenerator) {
    // 4096 draws of 53 bits would take longer than the image: a multiplicative sequence from one draw will do.
    let state = random.integer(0x1_0000_0000) | 1;
    for (let i = 0; i < this.#values.length; i++) {
      state = (Math.imul(state, 0x915f77f5) + 0x6ea9_d4c3) | 0;
      const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
      this.#values[i] = ((mixed ^ (mixed >>> 12)) >>> 0) / 0x1_0000_0000;
    }
  }

  at(x: number, y: number): number {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const dx = x - left;
    const dy = y - top;
    const s = dx * dx * (3 - 2 * dx);
    const t = dy * dy * (3 - 2 * dy);
    const row = (top & MASK) * SIDE;
    const next = ((top + 1) & MASK) * SIDE;
    const i = left & MASK;
    const j = (left + 1) & MASK;
    const values = this.#values;
    const above = values[row + i]! + (values[row + j]! - values[row + i]!) * s;
    const below = values[next + i]! + (values[next + j]! - values[next + i]!) * s;
    return above + (below - above) * t;
  }
}
