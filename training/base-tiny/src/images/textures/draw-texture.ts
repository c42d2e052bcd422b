import type { RandomGenerator } from '@graft-ml/core';
import { drawChance, drawLogUniform, drawWeighted } from '../draws.js';
import { LatticeNoise } from '../lattice-noise.js';
import { cosineOfTurns, sineOfTurns } from '../sine-table.js';
import { cellTexture } from './cell-texture.js';
import { juliaTexture } from './julia-texture.js';
import { noiseTexture } from './noise-texture.js';
import type { Texture } from './texture.js';
import { waveTexture } from './wave-texture.js';
import { weaveTexture } from './weave-texture.js';

type DrawTexture = (random: RandomGenerator, size: number) => Texture;

const families: readonly (readonly [number, DrawTexture])[] = [
  [4, noiseTexture],
  [3, waveTexture],
  [2.5, cellTexture],
  [1.5, weaveTexture],
  [1, juliaTexture],
];

/** A texture of any family, turned, stretched, and perhaps bent by noise or crossed with another. */
export function drawTexture(random: RandomGenerator, size: number): Texture {
  const texture = placed(random, bent(random, drawWeighted(random, families)(random, size)));
  if (!drawChance(random, 0.25)) return texture;
  const other = placed(random, drawWeighted(random, families)(random, size));
  const share = random.uniformBetween(0.2, 0.8);
  if (drawChance(random, 0.5)) return (x, y) => texture(x, y) * other(x, y);
  return (x, y) => share * texture(x, y) + (1 - share) * other(x, y);
}

/** Turns and stretches the plane. */
function placed(random: RandomGenerator, texture: Texture): Texture {
  const turn = random.uniform();
  const stretch = drawChance(random, 0.35) ? drawLogUniform(random, 1, 4) : 1;
  const [cos, sin] = [cosineOfTurns(turn), sineOfTurns(turn)];
  return (x, y) => texture((x * cos + y * sin) / stretch, y * cos - x * sin);
}

/** Moves points to and fro by smooth noise. */
function bent(random: RandomGenerator, texture: Texture): Texture {
  if (!drawChance(random, 0.4)) return texture;
  const noise = new LatticeNoise(random);
  const wavelength = drawLogUniform(random, 8, 64);
  const strength = wavelength * random.uniformBetween(0.2, 1.2);
  return (x, y) => {
    const dx = noise.at(x / wavelength, y / wavelength) - 0.5;
    const dy = noise.at(x / wavelength + 31.4, y / wavelength + 11.7) - 0.5;
    return texture(x + strength * dx, y + strength * dy);
  };
}
