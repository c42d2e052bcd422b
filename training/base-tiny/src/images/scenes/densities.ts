import type { RandomGenerator } from '@graft-ml/core';
import type { Canvas } from '../canvas.js';
import { drawChance, drawInteger, drawLogUniform } from '../draws.js';
import { drawShape } from '../shape.js';
import { drawTexture } from '../textures/draw-texture.js';
import { cosineOfTurns, sineOfTurns } from '../sine-table.js';
import type { Scene } from './scene.js';
import { portableExp } from '../portable-math.js';

/**
 * What a ray meets: translucent bodies, tubes and bands lie in one another, their thickness adds up, and the light that is left
 * falls exponentially with it. Grey, as such images are; bright or dark where much is met.
 */
export const densities: Scene = (canvas, random) => {
  const { size } = canvas;
  const thickness = new Float32Array(size * size);
  const bodies = drawInteger(random, 2, 7);
  for (let i = 0; i < bodies; i++) {
    addBody(thickness, random, {
      size,
      radius: size * drawLogUniform(random, 0.12, 0.6),
      strength: random.normal() * 0.8,
    });
  }
  const rows = drawChance(random, 0.5) ? drawInteger(random, 1, 3) : 0;
  for (let i = 0; i < rows; i++) addRow(thickness, random, size);
  const small = drawInteger(random, 0, 10);
  for (let i = 0; i < small; i++) {
    addBody(thickness, random, {
      size,
      radius: size * drawLogUniform(random, 0.02, 0.1),
      strength: random.normal() * 0.4,
    });
  }
  if (drawChance(random, 0.8)) addGrain(thickness, random, size);
  toGrey(canvas, thickness, random);
};

interface Body {
  readonly size: number;
  readonly radius: number;
  /** How much its middle absorbs; below 0 it is a hollow. */
  readonly strength: number;
}

/** As thick as a lens, or as a plate with soft edges. */
function addBody(thickness: Float32Array, random: RandomGenerator, { size, radius, strength }: Body): void {
  const shape = drawShape(random, radius, size);
  const plate = drawChance(random, 0.4);
  const soft = random.uniformBetween(0.05, 0.6);
  const textured = drawChance(random, 0.3) ? drawTexture(random, size) : undefined;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [dx, dy] = [x - shape.x, y - shape.y];
      const u = (dx * shape.cos + dy * shape.sin) / shape.width;
      const v = (dy * shape.cos - dx * shape.sin) / shape.height;
      const depth = 1 - shape.distance(u, v);
      if (depth <= 0) continue;
      const lens = plate ? Math.min(1, depth / soft) : Math.sqrt(depth);
      thickness[y * size + x]! += strength * lens * (textured === undefined ? 1 : 0.5 + textured(x, y));
    }
  }
}

/** Bent bands side by side, at even distances. */
function addRow(thickness: Float32Array, random: RandomGenerator, size: number): void {
  const turn = random.uniform();
  const [cos, sin] = [cosineOfTurns(turn), sineOfTurns(turn)];
  const distance = size * drawLogUniform(random, 0.05, 0.3);
  const width = random.uniformBetween(0.2, 0.7);
  const bend = random.uniformBetween(-1.2, 1.2) / size;
  const strength = random.uniformBetween(0.1, 0.7);
  const rim = random.uniformBetween(0, 0.8);
  const [left, right] = [random.uniformBetween(-0.6, 0.1) * size, random.uniformBetween(0, 0.6) * size];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const along = (x - size / 2) * cos + (y - size / 2) * sin;
      if (along < left || along > right) continue;
      const across = ((y - size / 2) * cos - (x - size / 2) * sin + bend * along * along) / distance;
      const place = Math.abs(across - Math.floor(across) - 0.5) / (width / 2);
      if (place >= 1) continue;
      thickness[y * size + x]! += strength * Math.sqrt(1 - place * place) * (1 - rim + rim * place * place);
    }
  }
}

function addGrain(thickness: Float32Array, random: RandomGenerator, size: number): void {
  const texture = drawTexture(random, size);
  const strength = drawLogUniform(random, 0.03, 0.5);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) thickness[y * size + x]! += strength * texture(x, y);
  }
}

function toGrey({ pixels }: Canvas, thickness: Float32Array, random: RandomGenerator): void {
  let [low, high] = [Infinity, -Infinity];
  for (const value of thickness) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const contrast = random.uniformBetween(0.8, 3.5);
  const factor = contrast / (high - low + 1e-6);
  const floor = portableExp(-contrast);
  const inverted = drawChance(random, 0.5);
  for (let i = 0; i < thickness.length; i++) {
    const left = (portableExp((low - thickness[i]!) * factor) - floor) / (1 - floor);
    pixels.fill(inverted ? left : 1 - left, 3 * i, 3 * i + 3);
  }
}
