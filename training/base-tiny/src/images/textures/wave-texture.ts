import type { RandomGenerator } from '@graft-ml/core';
import { drawChance, drawInteger, drawLogUniform } from '../draws.js';
import { cosineOfTurns, sineOfTurns } from '../sine-table.js';
import { clamped, smoothStep, type Texture } from './texture.js';

/** One to four waves across each other, or rings around a point; round, or cut to stripes and checks. */
export function waveTexture(random: RandomGenerator, size: number): Texture {
  const rings = drawChance(random, 0.2);
  const base = drawLogUniform(random, 3.5, size / 2);
  const waves = Array.from({ length: rings ? 1 : drawInteger(random, 1, 4) }, () => {
    const direction = random.uniform();
    const frequency = 1 / (base * drawLogUniform(random, 0.6, 1.7));
    return {
      fx: frequency * cosineOfTurns(direction),
      fy: frequency * sineOfTurns(direction),
      phase: random.uniform(),
    };
  });
  const [centreX, centreY] = [random.uniform() * size, random.uniform() * size];
  const cut = drawChance(random, 0.45) ? random.uniformBetween(0.05, 0.5) : undefined;
  const level = random.uniformBetween(0.3, 0.7);
  const sum = (x: number, y: number): number => {
    if (rings) {
      const distance = Math.sqrt((x - centreX) ** 2 + (y - centreY) ** 2);
      return 0.5 + 0.5 * sineOfTurns(distance / base + waves[0]!.phase);
    }
    let value = 0;
    for (const { fx, fy, phase } of waves) value += sineOfTurns(x * fx + y * fy + phase);
    return clamped(0.5 + value / (1 + waves.length));
  };
  return cut === undefined ? sum : (x, y) => smoothStep(sum(x, y), level - cut / 2, level + cut / 2);
}
