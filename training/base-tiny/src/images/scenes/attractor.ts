import type { RandomGenerator } from '@graft-ml/core';
import type { Canvas } from '../canvas.js';
import { drawInteger } from '../draws.js';
import { drawPalette, paletteOffset } from '../palette.js';
import { cosineOfTurns, sineOfTurns } from '../sine-table.js';
import type { Scene } from './scene.js';
import { portableLog } from '../portable-math.js';

const POINTS = 40_000;

/**
 * The attractor of a few random contractions: ferns, spirals, dust. Brightness follows how often points come by.
 * @see Barnsley 1988, "Fractals everywhere"; Kataoka et al. 2020, "Pre-training without natural images"
 */
export const attractor: Scene = (canvas, random) => {
  const { size } = canvas;
  const maps = drawMaps(random);
  const trace = new Float64Array(2 * POINTS);
  let [x, y] = [0, 0];
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = -50; i < POINTS; i++) {
    const map = pickMap(maps, random.uniform());
    [x, y] = [map.a * x + map.b * y + map.e, map.c * x + map.d * y + map.f];
    if (i < 0) continue;
    trace[2 * i] = x;
    trace[2 * i + 1] = y;
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  const zoom = random.uniformBetween(0.8, 1.6);
  const scale = (zoom * size) / Math.max(right - left, bottom - top, 1e-6);
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  const counts = new Float32Array(size * size);
  for (let i = 0; i < POINTS; i++) {
    const column = Math.floor((trace[2 * i]! - middleX) * scale + size / 2);
    const row = Math.floor((trace[2 * i + 1]! - middleY) * scale + size / 2);
    if (column >= 0 && column < size && row >= 0 && row < size) counts[row * size + column]! += 1;
  }
  paintCounts(canvas, counts, random);
};

interface AffineMap {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
  /** Up to here a draw takes this map or one before. */
  readonly upTo: number;
}

/** Rotations and stretches that make everything smaller; large ones are taken more often. */
function drawMaps(random: RandomGenerator): readonly AffineMap[] {
  const drafts = Array.from({ length: drawInteger(random, 2, 5) }, () => {
    const [turn1, turn2] = [random.uniform(), random.uniform()];
    const [large, small] = [random.uniformBetween(0.45, 0.92), random.uniformBetween(0.15, 0.85)];
    const [c1, s1, c2, s2] = [cosineOfTurns(turn1), sineOfTurns(turn1), cosineOfTurns(turn2), sineOfTurns(turn2)];
    return {
      a: c1 * large * c2 - s1 * small * s2,
      b: -c1 * large * s2 - s1 * small * c2,
      c: s1 * large * c2 + c1 * small * s2,
      d: -s1 * large * s2 + c1 * small * c2,
      e: random.uniformBetween(-1, 1),
      f: random.uniformBetween(-1, 1),
      weight: large * small + 0.05,
    };
  });
  const total = drafts.reduce((sum, { weight }) => sum + weight, 0);
  let upTo = 0;
  return drafts.map(({ weight, ...map }) => ({ ...map, upTo: (upTo += weight / total) }));
}

function pickMap(maps: readonly AffineMap[], draw: number): AffineMap {
  return maps.find(({ upTo }) => draw < upTo) ?? maps.at(-1)!;
}

function paintCounts({ pixels }: Canvas, counts: Float32Array, random: RandomGenerator): void {
  const palette = drawPalette(random);
  const most = Math.min(
    60,
    counts.reduce((max, count) => Math.max(max, count), 1),
  );
  const shades = Float64Array.from({ length: most + 1 }, (_, n) => portableLog(1 + n) / portableLog(1 + most));
  for (let i = 0; i < counts.length; i++) {
    const offset = paletteOffset(shades[Math.min(counts[i]!, most)]!);
    pixels.set(palette.subarray(offset, offset + 3), 3 * i);
  }
}
