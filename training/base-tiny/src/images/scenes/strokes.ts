import type { RandomGenerator } from '@graft-ml/core';
import { fillCanvas, type Canvas } from '../canvas.js';
import { drawChance, drawInteger, drawLogUniform } from '../draws.js';
import { drawColor } from '../palette.js';
import { clamped } from '../textures/texture.js';
import { drawPaint, type Scene } from './scene.js';

/** Lines drawn with a pen: curves, corners and loops, as in writing, branches and wires. */
export const strokes: Scene = (canvas, random) => {
  const { size } = canvas;
  fillCanvas(canvas, drawPaint(random, size, 0.6));
  const count = drawChance(random, 0.5) ? drawInteger(random, 1, 4) : drawInteger(random, 5, 30);
  const pen = size * drawLogUniform(random, 0.008, 0.09) * (count > 4 ? 0.5 : 1);
  const length = size * drawLogUniform(random, 0.15, 1);
  const same = drawChance(random, 0.6) ? drawColor(random) : undefined;
  const coverage = new Float32Array(size * size);
  for (let i = 0; i < count; i++) {
    coverage.fill(0);
    const points = drawCurve(random, { size, length });
    for (let n = 0; n + 1 < points.length; n++) {
      drawSegment(coverage, {
        size,
        from: points[n]!,
        to: points[n + 1]!,
        radius: pen * random.uniformBetween(0.85, 1.15),
      });
    }
    blendColor(canvas, coverage, same ?? drawColor(random));
  }
};

type Point = readonly [x: number, y: number];

/** A few points of a curve with control points drawn near each other. */
function drawCurve(random: RandomGenerator, { size, length }: { size: number; length: number }): Point[] {
  const corners = drawInteger(random, 1, 4);
  const straight = drawChance(random, 0.3);
  let at: Point = [random.uniformBetween(0.1, 0.9) * size, random.uniformBetween(0.1, 0.9) * size];
  const step = (): Point => [at[0] + (random.uniform() - 0.5) * length, at[1] + (random.uniform() - 0.5) * length];
  const points: Point[] = [at];
  for (let corner = 0; corner < corners; corner++) {
    const [bend1, bend2, end] = [step(), step(), step()];
    const start = at;
    const parts = straight ? 1 : 10;
    for (let i = 1; i <= parts; i++) {
      const t = i / parts;
      const s = 1 - t;
      const [a, b, c, d] = straight ? [s, 0, 0, t] : [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
      points.push([
        a * start[0] + b * bend1[0] + c * bend2[0] + d * end[0],
        a * start[1] + b * bend1[1] + c * bend2[1] + d * end[1],
      ]);
    }
    at = end;
  }
  return points;
}

interface Segment {
  readonly size: number;
  readonly from: Point;
  readonly to: Point;
  readonly radius: number;
}

/** Marks the pixels near a straight line. */
function drawSegment(coverage: Float32Array, { size, from, to, radius }: Segment): void {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const square = dx * dx + dy * dy + 1e-9;
  const reach = radius + 1;
  const [left, right] = [Math.min(from[0], to[0]) - reach, Math.max(from[0], to[0]) + reach];
  const [top, bottom] = [Math.min(from[1], to[1]) - reach, Math.max(from[1], to[1]) + reach];
  for (let y = Math.max(0, Math.floor(top)); y <= Math.min(size - 1, bottom); y++) {
    for (let x = Math.max(0, Math.floor(left)); x <= Math.min(size - 1, right); x++) {
      const along = clamped(((x - from[0]) * dx + (y - from[1]) * dy) / square);
      const [awayX, awayY] = [x - from[0] - along * dx, y - from[1] - along * dy];
      const distance = Math.sqrt(awayX * awayX + awayY * awayY);
      const cover = clamped(radius - distance + 0.5);
      if (cover > coverage[y * size + x]!) coverage[y * size + x] = cover;
    }
  }
}

function blendColor({ pixels }: Canvas, coverage: Float32Array, color: readonly number[]): void {
  for (let i = 0; i < coverage.length; i++) {
    const cover = coverage[i]!;
    if (cover === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      pixels[3 * i + channel]! += cover * (color[channel]! - pixels[3 * i + channel]!);
    }
  }
}
