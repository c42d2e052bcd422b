import type { RandomGenerator } from '@graft-ml/core';
import { drawLogUniform, drawWeighted } from '../draws.js';
import { clamped, smoothStep, type Texture } from './texture.js';

const SIDE = 32;
const MASK = SIDE - 1;

/**
 * Cells around scattered points: their distances as bumps, their borders as cracks or tiles, or one shade for each cell.
 * @see Worley 1996, "A cellular texture basis function"
 */
export function cellTexture(random: RandomGenerator, size: number): Texture {
  const spacing = drawLogUniform(random, 5, size / 2.5);
  const jitter = random.uniformBetween(0.2, 1);
  const points = Float64Array.from({ length: SIDE * SIDE * 3 }, () => random.uniform());
  const kind = drawWeighted(random, [
    [3, 'bumps'],
    [3, 'cracks'],
    [3, 'shades'],
    [2, 'spots'],
  ] as const);
  const width = random.uniformBetween(0.06, 0.35);
  return (x, y) => {
    const u = x / spacing;
    const v = y / spacing;
    const column = Math.floor(u);
    const row = Math.floor(v);
    let nearest = 9;
    let second = 9;
    let shade = 0;
    for (let j = row - 1; j <= row + 1; j++) {
      for (let i = column - 1; i <= column + 1; i++) {
        const index = ((j & MASK) * SIDE + (i & MASK)) * 3;
        const dx = i + 0.5 + jitter * (points[index]! - 0.5) - u;
        const dy = j + 0.5 + jitter * (points[index + 1]! - 0.5) - v;
        const distance = dx * dx + dy * dy;
        if (distance < nearest) {
          second = nearest;
          nearest = distance;
          shade = points[index + 2]!;
        } else if (distance < second) {
          second = distance;
        }
      }
    }
    if (kind === 'shades') return shade;
    const first = Math.sqrt(nearest);
    if (kind === 'bumps') return clamped(1 - first);
    if (kind === 'spots') return smoothStep(first, width + 0.1, width + 0.02) * (0.5 + 0.5 * shade);
    return smoothStep(Math.sqrt(second) - first, 0.02, width) * (0.6 + 0.4 * shade);
  };
}
