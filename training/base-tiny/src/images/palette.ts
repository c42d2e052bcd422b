import type { RandomGenerator } from '@graft-ml/core';
import { drawChance, drawInteger } from './draws.js';
import { clamped } from './textures/texture.js';

const STEPS = 256;

/** Red, green and blue, each 0–1. */
export type Color = readonly [red: number, green: number, blue: number];

/** A ramp of colours: 256 × 3 numbers from 0 to 1. */
export type Palette = Float32Array;

/** A colour; most are muted, as most things are. */
export function drawColor(random: RandomGenerator): Color {
  const grey = random.uniform();
  const saturation = random.uniform() ** 2;
  const channel = () => clamped(grey + saturation * (random.uniform() - 0.5) * 1.6);
  return [channel(), channel(), channel()];
}

/** A ramp through two to five colours that do not lie far from one another more often than they do. */
export function drawPalette(random: RandomGenerator): Palette {
  const count = drawInteger(random, 2, 5);
  const first = drawColor(random);
  const spread = random.uniformBetween(0.15, 1);
  const stops = Array.from({ length: count }, (_, i): Color => {
    const other = drawColor(random);
    return i === 0 ? first : blend(first, other, spread);
  });
  // Two colours of the same grey would make a flat picture of any texture.
  if (drawChance(random, 0.7)) stops[count - 1] = blend(stops[count - 1]!, luminance(first) < 0.5 ? white : black, 0.5);
  const palette = new Float32Array(STEPS * 3);
  for (let step = 0; step < STEPS; step++) {
    const position = (step / (STEPS - 1)) * (count - 1);
    const index = Math.min(Math.floor(position), count - 2);
    palette.set(blend(stops[index]!, stops[index + 1]!, position - index), step * 3);
  }
  return palette;
}

/** The offset in a palette of a texture's value. */
export function paletteOffset(value: number): number {
  return 3 * Math.floor(clamped(value) * (STEPS - 1) + 0.5);
}

const white: Color = [1, 1, 1];
const black: Color = [0, 0, 0];

function blend(from: Color, to: Color, share: number): Color {
  return [
    from[0] + share * (to[0] - from[0]),
    from[1] + share * (to[1] - from[1]),
    from[2] + share * (to[2] - from[2]),
  ];
}

function luminance([red, green, blue]: Color): number {
  return 0.3 * red + 0.6 * green + 0.1 * blue;
}
