import type { RandomGenerator } from '@graft-ml/core';
import { drawChance, drawInteger, drawLogUniform, drawWeighted } from '../draws.js';
import { LatticeNoise } from '../lattice-noise.js';
import { smoothStep, type Texture } from './texture.js';

/**
 * Octaves of noise whose strength falls with frequency, as a natural image's does: clouds, marble (folded), ridges, or blobs (cut
 * at a level). @param size - The image's side in pixels.
 */
export function noiseTexture(random: RandomGenerator, size: number): Texture {
  const noise = new LatticeNoise(random);
  const longest = drawLogUniform(random, 6, size);
  const octaves = drawInteger(random, 1, 5);
  const persistence = random.uniformBetween(0.35, 0.85);
  const kind = drawWeighted(random, [
    [5, 'clouds'],
    [2, 'folded'],
    [2, 'ridges'],
    [3, 'blobs'],
  ] as const);
  const level = random.uniformBetween(0.35, 0.65);
  const softness = drawLogUniform(random, 0.01, 0.2);
  let total = 0;
  for (let octave = 0, strength = 1; octave < octaves; octave++, strength *= persistence) total += strength;
  const sum = (x: number, y: number): number => {
    let value = 0;
    let frequency = 1 / longest;
    let strength = 1;
    for (let octave = 0; octave < octaves; octave++) {
      const one = noise.at(x * frequency + 17.3 * octave, y * frequency + 9.1 * octave);
      const folded = kind === 'folded' || kind === 'ridges' ? Math.abs(2 * one - 1) : one;
      value += strength * folded;
      frequency *= 2.03;
      strength *= persistence;
    }
    return value / total;
  };
  // Sums of many octaves crowd around their middle: spread them.
  if (kind === 'clouds') return (x, y) => 0.5 + 1.5 * (sum(x, y) - 0.5);
  if (kind === 'folded') return (x, y) => 1.6 * sum(x, y);
  if (kind === 'ridges') return (x, y) => 1 - 2 * sum(x, y);
  const inverted = drawChance(random, 0.5);
  return (x, y) => {
    const step = smoothStep(sum(x, y), level - softness, level + softness);
    return inverted ? 1 - step : step;
  };
}
