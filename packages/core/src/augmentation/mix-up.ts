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

/**
 * Blends each image of a batch with another, and their labels in the same proportion.
 *
 * @param random - Keyed by the step, for all of a batch is mixed alike: `keyedRandom({ seed, purpose: 'mix', epoch, step })`.
 * @returns New images (rounded to whole levels) and labels; those given stay as they are.
 * @throws RangeError if the images differ in size, or labels and images in number.
 * @see torchvision `MixUp`; Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2017
 * @example `mixUp({ images, labels: [[1, 0], [0, 1]] }, random, { alpha: 0.2 })`
 */
export function mixUp(batch: LabelledBatch, random: RandomGenerator, options: MixOptions = {}): MixedBatch {
  const { alpha = 1 } = options;
  checkBatchToMix(batch, alpha);
  const lambda = drawBeta(random, alpha);
  const partners = partnersOf(batch.images.length);
  const images = batch.images.map(({ height, width, data: own }, i) => {
    const other = batch.images[partners[i]!]!.data;
    const data = new Uint8Array(own.length);
    for (let at = 0; at < data.length; at += 1) data[at] = other[at]! + lambda * (own[at]! - other[at]!) + 0.5;
    return { height, width, data };
  });
  return { images, labels: mixLabels(batch.labels, partners, lambda), lambda, partners };
}
