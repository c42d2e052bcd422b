import type { Augmentation } from '../augmentation/augmentation.js';
import { composeAugmentations } from '../augmentation/compose-augmentations.js';
import { plainView, type FeatureView } from '../features/feature-view.js';
import type { RgbImage } from '../image.js';
import { keyedRandom } from '../random/keyed-random.js';

/** Which draw of which image is wanted. */
export interface ViewDraw {
  readonly augmentation: readonly Augmentation[];
  readonly seed: number;
  /** The sample's id. */
  readonly sample: string;
}

/** Cached views of one sample: view 0 is the image itself, the others are drawn. */
export function cachedViews(count: number, draw: ViewDraw): FeatureView[] {
  return Array.from({ length: count }, (_, view) => (view === 0 ? plainView : drawView({ ...draw, key: { view } })));
}

/** Every view of one sample that a training asks for, whichever way it draws them. */
export function trainingViews(views: number | 'epoch', epochs: number, draw: ViewDraw): FeatureView[] {
  if (views !== 'epoch') return cachedViews(views, draw);
  return Array.from({ length: epochs }, (_, epoch) => epochView(epoch, draw));
}

/** How many views there are where nobody says it. */
export function usualViews(augmentation: readonly Augmentation[]): number {
  return augmentation.length === 0 ? 1 : 4;
}

/** The fresh view of one sample in one epoch. */
export function epochView(epoch: number, draw: ViewDraw): FeatureView {
  return drawView({ ...draw, key: { epoch } });
}

function drawView(draw: ViewDraw & { readonly key: { view?: number; epoch?: number } }): FeatureView {
  const { augmentation, seed, sample, key } = draw;
  if (augmentation.length === 0) return plainView;
  const all = composeAugmentations(augmentation);
  const parameters = all.draw(keyedRandom({ seed, purpose: 'augmentation', sample, ...key }));
  return {
    key: `${all.describe()} ${JSON.stringify(parameters)}`,
    apply: (image: RgbImage) => all.apply(image, parameters),
  };
}
