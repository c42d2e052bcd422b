import type { RandomGenerator } from '@graft-ml/core';
import { fillCanvas, paintShape, type Canvas, type Paint, type Surface } from '../canvas.js';
import { drawChance, drawLogUniform, drawWeighted } from '../draws.js';
import { drawShape, type Shape } from '../shape.js';
import { cosineOfTurns, sineOfTurns } from '../sine-table.js';
import { drawPaint, type Scene } from './scene.js';

/** Round things in a light from one side, with gloss and a shadow, in front of a ground. */
export const solids: Scene = (canvas, random) => {
  const { size } = canvas;
  fillCanvas(canvas, drawPaint(random, size, 0.3));
  if (drawChance(random, 0.5)) shadeGround(canvas, random);
  const direction = random.uniform();
  const light = { x: 0.7 * cosineOfTurns(direction), y: 0.7 * sineOfTurns(direction), z: 0.71 };
  const count = 1 + random.integer(drawChance(random, 0.3) ? 24 : 6);
  for (let i = 0; i < count; i++) {
    const radius = size * drawLogUniform(random, 0.06, count > 6 ? 0.2 : 0.45);
    const shape = drawShape(random, radius, size);
    if (drawChance(random, 0.6)) dropShadow(canvas, random, { shape, light });
    paintShape(canvas, shape, drawSolid(random, { shape, light, paint: drawPaint(random, size, 0.45) }));
  }
};

interface Light {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** A ball, a barrel or a cone: how its height falls from the middle says where its surface looks. */
function drawSolid(random: RandomGenerator, parts: { shape: Shape; light: Light; paint: Paint }): Surface {
  const { shape, light, paint } = parts;
  const kind = drawWeighted(random, [
    [4, 'ball'],
    [2, 'barrel'],
    [2, 'cone'],
  ] as const);
  const ambient = random.uniformBetween(0.1, 0.6);
  // The light as the shape's own plane has it.
  const lx = light.x * shape.cos + light.y * shape.sin;
  const ly = light.y * shape.cos - light.x * shape.sin;
  const facing = (x: number, y: number): number => {
    const v = kind === 'barrel' ? 0 : y;
    const radius2 = x * x + v * v;
    if (kind === 'cone') {
      const radius = Math.sqrt(radius2) + 1e-6;
      return 0.7 * ((lx * x + ly * v) / radius + light.z);
    }
    const z = Math.sqrt(Math.max(0, 1 - radius2));
    return lx * x + ly * v + light.z * z;
  };
  const gloss = drawChance(random, 0.4) ? random.uniformBetween(0.2, 0.9) : 0;
  return {
    ...paint,
    light: (x, y) => ambient + (1.2 - ambient) * Math.max(0, facing(x, y)),
    shine(x, y) {
      if (gloss === 0) return 0;
      const one = Math.max(0, facing(x, y));
      const four = one * one * one * one;
      return gloss * four * four * four * four;
    },
  };
}

function dropShadow(canvas: Canvas, random: RandomGenerator, { shape, light }: { shape: Shape; light: Light }): void {
  const away = shape.height * random.uniformBetween(0.2, 0.7);
  paintShape(
    canvas,
    {
      ...shape,
      x: shape.x - light.x * away,
      y: shape.y - light.y * away,
      distance: (x, y) => Math.sqrt(x * x + y * y),
    },
    {
      texture: () => 0,
      palette: new Float32Array(3),
      opacity: random.uniformBetween(0.3, 0.8),
      softness: shape.height * random.uniformBetween(0.3, 1.2),
    },
  );
}

/** Makes the ground darker towards one side. */
function shadeGround({ size, pixels }: Canvas, random: RandomGenerator): void {
  const turn = random.uniform();
  const [dx, dy] = [cosineOfTurns(turn) / size, sineOfTurns(turn) / size];
  const strength = random.uniformBetween(0.3, 1.4);
  for (let y = 0, at = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at += 3) {
      const bright = 0.8 + strength * ((x - size / 2) * dx + (y - size / 2) * dy);
      for (let i = at; i < at + 3; i++) pixels[i]! *= Math.max(0, bright);
    }
  }
}
