import { quoteNames } from '../errors.js';
import type { RgbImage } from '../image.js';
import { keyedRandom, type RandomGenerator } from '../random/keyed-random.js';
import { drawAnatomy, type Film } from './chest-anatomy.js';
import { densityAt, smoothStep, type ChestScene } from './chest-density.js';
import { drawLesions, SYNTHETIC_FINDINGS, type SyntheticFinding } from './chest-lesions.js';
import { ValueNoise } from './value-noise.js';

/** Which image {@link syntheticChestImage} draws. */
export interface SyntheticChestOptions {
  /** `clear`, `consolidation` or `ground-glass`. */
  readonly label: SyntheticFinding;
  /** The image's number within its class, from 0. */
  readonly index: number;
  /** A finite number. */
  readonly seed: number;
  /** Height and width in pixels, at least 16. Default 224. */
  readonly size?: number | undefined;
}

/**
 * Draws a schematic chest radiograph, for trying things out where no real images are at hand: a made-up patient with
 * clear lungs, with one focal consolidation, or with several hazy patches at the lungs' borders. Pose, build, exposure and
 * noise vary so much that brightness alone does not tell the classes apart. It says nothing about disease.
 *
 * Made of + − × ÷ and √ only: the same pixels on every machine.
 *
 * @returns A grey image (three equal channels), `size` × `size`.
 * @throws RangeError for an unknown label, or an index or size out of range.
 * @example `syntheticChestImage({ label: 'consolidation', index: 0, seed: 42 })`
 */
export function syntheticChestImage(options: SyntheticChestOptions): RgbImage {
  const { label, index, seed, size = 224 } = options;
  if (!SYNTHETIC_FINDINGS.includes(label)) {
    throw new RangeError(`label is ${JSON.stringify(label)}; pass one of ${quoteNames(SYNTHETIC_FINDINGS)}`);
  }
  if (!Number.isInteger(index) || index < 0) throw new RangeError(`index is ${index}; pass a whole number from 0`);
  if (!Number.isInteger(size) || size < 16) throw new RangeError(`size is ${size}; pass a number of pixels from 16`);
  const random = keyedRandom({ seed, purpose: 'synthetic-chest', label, index });
  const anatomy = drawAnatomy(random);
  const scene = { anatomy, lesions: drawLesions(label, anatomy, random), noise: new ValueNoise(random) };
  return expose(scene, size, random);
}

function expose(scene: ChestScene, size: number, random: RandomGenerator): RgbImage {
  const { film } = scene.anatomy;
  const coarse = coarseDensities(scene, size);
  const data = new Uint8Array(size * size * 3);
  const step = 2 / size;
  let grain = random.integer(0x1_0000_0000) | 1;
  let target = 0;
  for (let row = 0; row < size; row += 1) {
    const v = (row + 0.5) * step - 1;
    for (let column = 0; column < size; column += 1) {
      const u = (column + 0.5) * step - 1;
      grain ^= grain << 13;
      grain ^= grain >>> 17;
      grain ^= grain << 5;
      const exposed = coarse.at(row, column) * (1 + film.tiltX * u + film.tiltY * v);
      const grey = develop(film, exposed) * lightAt(film, u, v) + film.grain * normalFromBytes(grain);
      const level = grey < 0 ? 0 : grey > 255 ? 255 : Math.floor(grey + 0.5);
      data[target] = level;
      data[target + 1] = level;
      data[target + 2] = level;
      target += 3;
    }
  }
  return { height: size, width: size, data };
}

/** Densities at every second pixel, and between them by interpolation: as soft as film, in a quarter of the time. */
function coarseDensities(scene: ChestScene, size: number): { at(row: number, column: number): number } {
  const { pose } = scene.anatomy;
  const side = Math.floor(size / 2) + 2;
  const step = 4 / size;
  const densities = new Float64Array(side * side);
  for (let row = 0; row < side; row += 1) {
    const v = (row + 0.25) * step - 1;
    for (let column = 0; column < side; column += 1) {
      const u = (column + 0.25) * step - 1;
      const x = pose.a * u + pose.b * v + pose.x0;
      const y = pose.c * u + pose.d * v + pose.y0;
      densities[row * side + column] = densityAt(scene, x, y);
    }
  }
  return {
    at: (row, column) => {
      const i = (row >> 1) * side + (column >> 1);
      // Coarse points lie at pixels 0, 2, 4, …
      const right = (column & 1) * 0.5;
      const below = (row & 1) * 0.5;
      const upper = densities[i]! + (densities[i + 1]! - densities[i]!) * right;
      const lower = densities[i + side]! + (densities[i + side + 1]! - densities[i + side]!) * right;
      return upper + (lower - upper) * below;
    },
  };
}

/** The grey level of a density after exposure. */
function develop(film: Film, exposed: number): number {
  const tone = exposed <= 0 ? 0 : exposed >= 1.05 ? 1 : exposed / 1.05;
  const bent = tone / (tone + film.bend * (1 - tone));
  return film.black + (film.white - film.black) * bent;
}

/** The part of the light that reaches the film: none in an unexposed border. */
function lightAt(film: Film, u: number, v: number): number {
  if (film.border === 0) return 1;
  return smoothStep((1 - film.border - Math.max(Math.abs(u), Math.abs(v))) / 0.015);
}

/** About standard normal: four bytes' sum, centred and scaled. */
function normalFromBytes(bits: number): number {
  const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
  return (sum - 510) / 147.8;
}
