import type { RandomGenerator } from '@graft-ml/core';
import type { Canvas } from './canvas.js';
import { drawChance, drawLogUniform } from './draws.js';

/** What a camera adds: grey film, blur, light, contrast, grain; and rounding to bytes. */
export function finishImage(canvas: Canvas, random: RandomGenerator): Uint8Array {
  const { pixels } = canvas;
  if (drawChance(random, 0.3)) toGrey(pixels);
  if (drawChance(random, 0.3)) blur(canvas, drawLogUniform(random, 0.15, 1.5));
  adjust(pixels, random);
  if (drawChance(random, 0.35)) addGrain(pixels, random);
  const bytes = new Uint8Array(pixels.length);
  for (let i = 0; i < bytes.length; i++) {
    const value = pixels[i]!;
    bytes[i] = value <= 0 ? 0 : value >= 1 ? 255 : Math.floor(value * 255 + 0.5);
  }
  return bytes;
}

function toGrey(pixels: Float32Array): void {
  for (let i = 0; i < pixels.length; i += 3) {
    pixels.fill(0.299 * pixels[i]! + 0.587 * pixels[i + 1]! + 0.114 * pixels[i + 2]!, i, i + 3);
  }
}

/** Three passes of a small kernel along each axis: close to a Gaussian. @param strength - About its variance, in pixels². */
function blur({ size, pixels }: Canvas, strength: number): void {
  const passes = 3;
  const side = Math.min(0.33, strength / (2 * passes));
  const line = new Float32Array(size);
  for (let pass = 0; pass < passes; pass++) {
    for (const [step, stride] of [
      [3, 3 * size],
      [3 * size, 3],
    ] as const) {
      for (let row = 0; row < size; row++) {
        for (let channel = 0; channel < 3; channel++) {
          const start = row * stride + channel;
          for (let i = 0; i < size; i++) line[i] = pixels[start + i * step]!;
          for (let i = 0; i < size; i++) {
            const before = line[Math.max(0, i - 1)]!;
            const after = line[Math.min(size - 1, i + 1)]!;
            pixels[start + i * step] = line[i]! + side * (before + after - 2 * line[i]!);
          }
        }
      }
    }
  }
}

/** Brightness, contrast, a curve, and now and then a negative. */
function adjust(pixels: Float32Array, random: RandomGenerator): void {
  const contrast = drawChance(random, 0.5) ? random.uniformBetween(0.35, 1.4) : 1;
  const brightness = drawChance(random, 0.5) ? random.uniformBetween(-0.2, 0.2) : 0;
  const curve = drawChance(random, 0.4) ? random.uniformBetween(-0.8, 0.8) : 0;
  const negative = drawChance(random, 0.08);
  for (let i = 0; i < pixels.length; i++) {
    let value = 0.5 + contrast * (pixels[i]! - 0.5) + brightness;
    value = value < 0 ? 0 : value > 1 ? 1 : value;
    value += curve * value * (1 - value);
    pixels[i] = negative ? 1 - value : value;
  }
}

/** Independent for each value, or alike for the three of a pixel. */
function addGrain(pixels: Float32Array, random: RandomGenerator): void {
  const strength = drawLogUniform(random, 0.005, 0.08);
  const grey = drawChance(random, 0.5);
  let state = random.integer(0x1_0000_0000) | 1;
  // The sum of four bytes is close to normal, with deviation 148.
  const next = (): number => {
    state = (Math.imul(state, 0x915f77f5) + 0x6ea9_d4c3) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    const sum = (mixed & 255) + ((mixed >>> 8) & 255) + ((mixed >>> 16) & 255) + (mixed >>> 24);
    return ((sum - 510) / 148) * strength;
  };
  for (let i = 0; i < pixels.length; i += 3) {
    const one = next();
    pixels[i]! += one;
    pixels[i + 1]! += grey ? one : next();
    pixels[i + 2]! += grey ? one : next();
  }
}
