import type { RandomGenerator } from '@graft-ml/core';
import { drawInteger, drawLogUniform, drawWeighted } from './draws.js';
import { LatticeNoise } from './lattice-noise.js';
import { cosineOfTurns, sineOfTurns } from './sine-table.js';

/** A shape around the origin of its own plane: 0 in the middle, 1 at the border, more outside. */
export interface Shape {
  readonly distance: (x: number, y: number) => number;
  /** Where on the image the plane lies. */
  readonly x: number;
  readonly y: number;
  readonly cos: number;
  readonly sin: number;
  /** Half axes, in pixels. */
  readonly width: number;
  readonly height: number;
  /** No point of the shape is farther from its middle, in pixels. */
  readonly reach: number;
}

/** A shape of any kind. @param radius - In pixels. */
export function drawShape(random: RandomGenerator, radius: number, size: number): Shape {
  const turn = random.uniform();
  const stretch = drawLogUniform(random, 1, 2.6);
  const width = radius * Math.sqrt(stretch);
  const height = radius / Math.sqrt(stretch);
  return {
    distance: drawOutline(random),
    x: random.uniformBetween(-0.1, 1.1) * size,
    y: random.uniformBetween(-0.1, 1.1) * size,
    cos: cosineOfTurns(turn),
    sin: sineOfTurns(turn),
    width,
    height,
    reach: 1.5 * width,
  };
}

function drawOutline(random: RandomGenerator): Shape['distance'] {
  return drawWeighted(random, [
    [3, () => ellipse],
    [2, () => box],
    [1, () => superellipse],
    [2, () => polygon(random)],
    [3, () => blob(random)],
    [1, () => ring(random)],
    [1, () => star(random)],
  ] as const)();
}

const ellipse: Shape['distance'] = (x, y) => Math.sqrt(x * x + y * y);
const box: Shape['distance'] = (x, y) => Math.max(Math.abs(x), Math.abs(y));
const superellipse: Shape['distance'] = (x, y) => Math.sqrt(Math.sqrt(x * x * x * x + y * y * y * y));

/** Convex, with three to seven sides. */
function polygon(random: RandomGenerator): Shape['distance'] {
  const count = drawInteger(random, 3, 7);
  const sides = Array.from({ length: count }, (_, i) => {
    const turn = (i + 0.6 * random.uniform()) / count;
    const near = random.uniformBetween(0.55, 0.95);
    return { x: cosineOfTurns(turn) / near, y: sineOfTurns(turn) / near };
  });
  return (x, y) => {
    let farthest = 0;
    for (const side of sides) farthest = Math.max(farthest, x * side.x + y * side.y);
    // A triangle of long corners shall not reach far.
    return Math.max(farthest, (x * x + y * y) / 2);
  };
}

/** A circle whose radius follows noise. */
function blob(random: RandomGenerator): Shape['distance'] {
  const noise = new LatticeNoise(random);
  const lobes = drawLogUniform(random, 0.6, 3);
  const depth = random.uniformBetween(0.2, 1);
  return (x, y) => {
    const radius = Math.sqrt(x * x + y * y) + 1e-9;
    return (
      radius / (1 - depth * 0.5 + depth * (noise.at((lobes * x) / radius + 7.5, (lobes * y) / radius + 7.5) - 0.2))
    );
  };
}

function ring(random: RandomGenerator): Shape['distance'] {
  const thickness = random.uniformBetween(0.1, 0.4);
  return (x, y) => Math.abs(Math.sqrt(x * x + y * y) - (1 - thickness)) / thickness;
}

/** A star: a circle whose radius goes to and fro. Its angle comes from the four quarters' straight lines. */
function star(random: RandomGenerator): Shape['distance'] {
  const points = drawInteger(random, 3, 8);
  const depth = random.uniformBetween(0.2, 0.7);
  return (x, y) => {
    const radius = Math.sqrt(x * x + y * y);
    const part = y / (Math.abs(x) + Math.abs(y) + 1e-9);
    const turn = (x >= 0 ? part : 2 - part) / 4;
    return radius / (1 - depth * (0.5 + 0.5 * cosineOfTurns(turn * points)));
  };
}
