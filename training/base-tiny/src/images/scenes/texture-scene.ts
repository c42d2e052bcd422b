import { fillCanvas } from '../canvas.js';
import { drawChance } from '../draws.js';
import { drawTexture } from '../textures/draw-texture.js';
import { smoothStep } from '../textures/texture.js';
import { drawPaint, type Scene } from './scene.js';

/** One surface, or two side by side where a third texture says so. */
export const textureScene: Scene = (canvas, random) => {
  const { size, pixels } = canvas;
  fillCanvas(canvas, drawPaint(random, size, 0));
  if (!drawChance(random, 0.4)) return;
  const first = pixels.slice();
  fillCanvas(canvas, drawPaint(random, size, 0.1));
  const border = drawTexture(random, 2 * size);
  const level = random.uniformBetween(0.3, 0.7);
  const softness = random.uniformBetween(0.01, 0.15);
  for (let y = 0, at = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at += 3) {
      const share = smoothStep(border(x, y), level - softness, level + softness);
      for (let i = at; i < at + 3; i++) pixels[i] = first[i]! + share * (pixels[i]! - first[i]!);
    }
  }
};
