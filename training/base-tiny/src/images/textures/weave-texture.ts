import type { RandomGenerator } from '@graft-ml/core';
import { drawChance, drawLogUniform } from '../draws.js';
import { smoothStep, type Texture } from './texture.js';

/** What people build and weave: bricks, tiles, checks, threads over and under. */
export function weaveTexture(random: RandomGenerator, size: number): Texture {
  const width = drawLogUniform(random, 4, size / 3);
  const height = width * drawLogUniform(random, 0.35, 1.6);
  const shift = drawChance(random, 0.5) ? 0.5 : random.uniform() * 0.4;
  const joint = random.uniformBetween(0.02, 0.18);
  const soft = random.uniformBetween(0.02, 0.3);
  const round = drawChance(random, 0.4);
  const checks = drawChance(random, 0.3);
  const shades = Float64Array.from({ length: 256 }, () => random.uniform());
  return (x, y) => {
    const v = y / height;
    const row = Math.floor(v);
    const u = x / width + shift * (row & 1);
    const column = Math.floor(u);
    const [dx, dy] = [Math.abs(u - column - 0.5), Math.abs(v - row - 0.5)];
    const shade = checks ? (row + column) & 1 : shades[(row * 37 + column * 11) & 255]!;
    const edge = round ? dx * dx + dy * dy : Math.max(dx, dy) / 2;
    return smoothStep(edge, 0.25, 0.25 - joint - soft / 4) * (0.35 + 0.65 * shade);
  };
}
