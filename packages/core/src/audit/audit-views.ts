import type { FeatureView } from '../features/feature-view.js';
import type { RgbImage } from '../image.js';
import { keyedRandom } from '../random/keyed-random.js';
import { hiddenShare } from './probe-rows.js';

/** Patches along each side of a shuffled image. */
const patchesAside = 7;

/** The image with its middle blacked out: 70 % of its height and of its width. */
export const borderView: FeatureView = {
  key: `audit-border ${hiddenShare}`,
  apply: ({ height, width, data }) => {
    const [top, left] = [Math.round((height * (1 - hiddenShare)) / 2), Math.round((width * (1 - hiddenShare)) / 2)];
    const result = data.slice();
    for (let y = top; y < height - top; y++) {
      result.fill(0, (y * width + left) * 3, (y * width + width - left) * 3);
    }
    return { height, width, data: result };
  },
};

/** The image cut into 7 × 7 patches, in an order of its own for each sample: textures stay, anatomy goes. */
export function shuffledPatchesView(key: { readonly seed: number; readonly sample: string }): FeatureView {
  const order = keyedRandom({ ...key, purpose: 'audit-patches' }).permutation(patchesAside ** 2);
  return { key: `audit-patches ${order.join(',')}`, apply: (image) => shufflePatches(image, order) };
}

/** What is too little for a whole patch, at the right and at the bottom, stays where it is. */
function shufflePatches({ height, width, data }: RgbImage, order: readonly number[]): RgbImage {
  const [patchHeight, patchWidth] = [Math.floor(height / patchesAside), Math.floor(width / patchesAside)];
  const result = data.slice();
  for (const [to, from] of order.entries()) {
    const [toY, toX] = [Math.floor(to / patchesAside) * patchHeight, (to % patchesAside) * patchWidth];
    const [fromY, fromX] = [Math.floor(from / patchesAside) * patchHeight, (from % patchesAside) * patchWidth];
    for (let y = 0; y < patchHeight; y++) {
      const source = ((fromY + y) * width + fromX) * 3;
      result.set(data.subarray(source, source + patchWidth * 3), ((toY + y) * width + toX) * 3);
    }
  }
  return { height, width, data: result };
}
