import { fillCanvas, paintShape } from '../canvas.js';
import { drawChance, drawLogUniform } from '../draws.js';
import { drawShape } from '../shape.js';
import { drawPaint, type Scene } from './scene.js';

/**
 * Shapes that fall over one another until all is covered a few times; few are large and many are small, which gives the edges and
 * the occlusions of natural images.
 * @see Lee, Mumford and Huang 2001, "Occlusion models for natural images"
 */
export const deadLeaves: Scene = (canvas, random) => {
  const { size } = canvas;
  fillCanvas(canvas, drawPaint(random, size));
  const paints = Array.from({ length: 2 + random.integer(6) }, () => drawPaint(random, size, 0.35));
  const smallest = size * drawLogUniform(random, 0.02, 0.12);
  const wanted = random.uniformBetween(1, 3) * size * size;
  const shaded = drawChance(random, 0.4);
  const [lightX, lightY] = [random.uniformBetween(-0.5, 0.5), random.uniformBetween(-0.5, 0.5)];
  for (let covered = 0, leaves = 0; covered < wanted && leaves < 150; leaves++) {
    // Radii fall with their third power, as sizes in nature do, down to the smallest.
    const radius = Math.min(smallest / Math.sqrt(1 - random.uniform() + 1e-4), size / 2);
    const shape = drawShape(random, radius, size);
    const paint = paints[random.integer(paints.length)]!;
    paintShape(canvas, shape, {
      ...paint,
      ...(shaded && { light: (x: number, y: number) => 0.85 + lightX * x + lightY * y }),
      opacity: drawChance(random, 0.1) ? random.uniformBetween(0.3, 0.9) : 1,
    });
    covered += 3 * radius * radius;
  }
};
