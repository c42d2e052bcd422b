import type { RandomGenerator } from '@graft-ml/core';
import type { Canvas, Paint } from '../canvas.js';
import { drawChance } from '../draws.js';
import { drawColor, drawPalette } from '../palette.js';
import { drawTexture } from '../textures/draw-texture.js';

/** Fills a canvas with a picture of one kind. */
export type Scene = (canvas: Canvas, random: RandomGenerator) => void;

/** A texture in colours of its own; now and then one colour alone. */
export function drawPaint(random: RandomGenerator, size: number, plain = 0.2): Paint {
  const palette = drawPalette(random);
  if (!drawChance(random, plain)) return { texture: drawTexture(random, size), palette };
  const color = drawColor(random);
  return { texture: () => 0, palette: palette.map((_, i) => color[i % 3]!) };
}
