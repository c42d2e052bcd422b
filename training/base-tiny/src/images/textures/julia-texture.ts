import type { RandomGenerator } from '@graft-ml/core';
import { drawInteger, drawLogUniform } from '../draws.js';
import { cosineOfTurns, sineOfTurns } from '../sine-table.js';
import type { Texture } from './texture.js';

/** A Julia set of z² + c, with c near the border of the Mandelbrot set, where the shapes are rich; shaded by how fast points leave. */
export function juliaTexture(random: RandomGenerator, size: number): Texture {
  // The main cardioid's border, a little outside.
  const turn = random.uniform();
  const radius = random.uniformBetween(0.98, 1.12);
  const [cos, sin] = [cosineOfTurns(turn), sineOfTurns(turn)];
  const cx = radius * (cos / 2 - (cos * cos - sin * sin) / 4);
  const cy = radius * (sin / 2 - (sin * cos) / 2);
  const scale = drawLogUniform(random, 0.4, 3) / size;
  const [left, top] = [random.uniformBetween(-0.8, 0.8), random.uniformBetween(-0.8, 0.8)];
  const limit = drawInteger(random, 16, 40);
  return (x, y) => {
    let a = left + (x - size / 2) * scale;
    let b = top + (y - size / 2) * scale;
    for (let n = 0; n < limit; n++) {
      const a2 = a * a;
      const b2 = b * b;
      // The share of a step by which the point is beyond makes bands smooth.
      if (a2 + b2 > 16) return (n + 1 - Math.min(1, (a2 + b2 - 16) / 240)) / limit;
      b = 2 * a * b + cy;
      a = a2 - b2 + cx;
    }
    return 1;
  };
}
