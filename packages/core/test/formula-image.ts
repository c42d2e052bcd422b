import type { RgbImage } from '../src/image.js';
import { positionHash } from '../src/weights/weight-formula.js';

/** RGB noise from a seed, as `formula_image` of oracles/weight_formula.py. */
export function formulaImage([height, width]: readonly [number, number], seed: number): RgbImage {
  const hash = positionHash({ seed, layer: 'image', index: 0 });
  const data = Uint8Array.from({ length: height * width * 3 }, (_, position) => hash(position) >>> 24);
  return { height, width, data };
}
