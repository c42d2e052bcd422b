import { keyedRandom, type RgbImage } from '@graft-ml/core';
import { blankCanvas } from './canvas.js';
import { drawWeighted } from './draws.js';
import { finishImage } from './finish-image.js';
import { attractor } from './scenes/attractor.js';
import { deadLeaves } from './scenes/dead-leaves.js';
import { densities } from './scenes/densities.js';
import type { Scene } from './scenes/scene.js';
import { solids } from './scenes/solids.js';
import { strokes } from './scenes/strokes.js';
import { textureScene } from './scenes/texture-scene.js';

/** The scenes by name. */
export const scenes = { textureScene, deadLeaves, solids, strokes, densities, attractor } as const satisfies Record<
  string,
  Scene
>;

/** The name of a scene. */
export type SceneName = keyof typeof scenes;

/** What {@link proceduralImage} makes. */
export interface ProceduralImageOptions {
  readonly seed: number;
  /** Side in pixels. */
  readonly size: number;
  /** How often each scene comes, in any unit. */
  readonly mix: Readonly<Record<SceneName, number>>;
}

/**
 * One picture of an endless series; each is a function of seed, index and size, the same on every machine: made with
 * + − × ÷ and √ alone.
 */
export function proceduralImage(index: number, { seed, size, mix }: ProceduralImageOptions): RgbImage {
  const random = keyedRandom({ seed, purpose: 'procedural image', sample: String(index) });
  const canvas = blankCanvas(size);
  const scene = drawWeighted(
    random,
    Object.entries(mix).map(([name, weight]) => [weight, scenes[name as SceneName]] as const),
  );
  scene(canvas, random);
  return { width: size, height: size, data: finishImage(canvas, random) };
}
