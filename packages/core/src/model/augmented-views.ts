import type { Augmentation } from '../augmentation/augmentation.js';
import { plainView, type FeatureView } from '../features/feature-view.js';
import type { RgbImage } from '../image.js';
import { keyedRandom } from '../random/keyed-random.js';

/** Which draw of which image is wanted. */
export interface ViewDraw {
  readonly augmentation: readonly Augmentation[];
  readonly seed: number;
  /** The sample's id. */
  readonly sample: string;
  readonly size: readonly [height: number, width: number];
}

/** Cached views of one sample: view 0 is the image itself, the others are drawn. */
export function cachedViews(count: number, draw: ViewDraw): FeatureView[] {
  return Array.from({ length: count }, (_, view) => (view === 0 ? plainView : drawView({ ...draw, key: { view } })));
}

/** The fresh view of one sample in one epoch. */
export function epochView(epoch: number, draw: ViewDraw): FeatureView {
  return drawView({ ...draw, key: { epoch } });
}

function drawView(draw: ViewDraw & { readonly key: { view?: number; epoch?: number } }): FeatureView {
  const { augmentation, seed, sample, size, key } = draw;
  if (augmentation.length === 0) return plainView;
  const random = keyedRandom({ seed, purpose: 'augmentation', sample, ...key });
  const steps = augmentation.map((step) => ({ step, parameters: step.draw(random, size) }));
  return {
    key: JSON.stringify(steps.map(({ step, parameters }) => [step.name, parameters])),
    apply: (image: RgbImage) => steps.reduce((current, { step, parameters }) => step.apply(current, parameters), image),
  };
}
