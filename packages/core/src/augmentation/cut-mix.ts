import { drawBeta } from '../random/draw-beta.js';
import type { RandomGenerator } from '../random/keyed-random.js';
import {
  checkBatchToMix,
  mixLabels,
  partnersOf,
  type LabelledBatch,
  type MixedBatch,
  type MixOptions,
} from './labelled-batch.js';

/** A rectangle in pixels; rows from `top` up to `bottom`, columns from `left` up to `right`. */
export interface CutBox {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** A batch that was mixed by cutting, and the rectangle that each image has of its partner. */
export interface CutMixedBatch extends MixedBatch {
  readonly box: CutBox;
}

/**
 * Puts a rectangle of another image into each image of a batch, and mixes labels by area.
 *
 * @param random - Keyed by the step, as for `mixUp`.
 * @returns New images and labels; those given stay as they are. `lambda` is the share that was left, to the pixel.
 * @throws RangeError if the images differ in size, or labels and images in number.
 * @see torchvision `CutMix`; Yun et al., "CutMix", 2019
 * @example `cutMix({ images, labels: [[1, 0], [0, 1]] }, random).box`
 */
export function cutMix(batch: LabelledBatch, random: RandomGenerator, options: MixOptions = {}): CutMixedBatch {
  const { alpha = 1 } = options;
  checkBatchToMix(batch, alpha);
  const share = drawBeta(random, alpha);
  const { height, width } = batch.images[0] ?? { height: 1, width: 1 };
  const half = 0.5 * Math.sqrt(1 - share);
  const column = random.integer(width);
  const row = random.integer(height);
  const box: CutBox = {
    top: Math.max(0, row - Math.trunc(half * height)),
    left: Math.max(0, column - Math.trunc(half * width)),
    bottom: Math.min(height, row + Math.trunc(half * height)),
    right: Math.min(width, column + Math.trunc(half * width)),
  };
  const lambda = 1 - ((box.bottom - box.top) * (box.right - box.left)) / (height * width);
  const partners = partnersOf(batch.images.length);
  const images = batch.images.map((image, i) => {
    const other = batch.images[partners[i]!]!.data;
    const data = image.data.slice();
    for (let y = box.top; y < box.bottom; y += 1) {
      const from = (y * width + box.left) * 3;
      data.set(other.subarray(from, (y * width + box.right) * 3), from);
    }
    return { height, width, data };
  });
  return { images, labels: mixLabels(batch.labels, partners, lambda), lambda, partners, box };
}
