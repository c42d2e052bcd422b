import type { Augmentation } from '../augmentation/augmentation.js';
import { flip } from '../augmentation/flip.js';
import { rotate } from '../augmentation/rotate.js';
import { sha256 } from '../digest.js';
import type { ImageReference } from '../image.js';
import { cachedViews } from './augmented-views.js';
import type { CollectRequest } from './collect-features.js';

/** Test-time augmentation: the scores of several views of each image are averaged. */
export interface TestTimeAugmentation {
  /** How many views of each image, 1 or more: the image itself, and augmented ones. Default: 1. */
  readonly tta?: number | undefined;
  /** How the others are made. Default: mirrored left and right half of the time, and turned by up to 10 degrees. */
  readonly augmentation?: readonly Augmentation[] | undefined;
  /** Decides the draws, with each sample's id. Default: the model's. */
  readonly seed?: number | undefined;
}

/** An image to predict. */
export interface ImageToPredict {
  readonly source: ImageReference;
  /** What its draws are keyed by. Default: its file's name, wherever it lies, or its bytes' digest. */
  readonly id?: string | undefined;
}

/**
 * The views of each image.
 * @throws RangeError for a number of views that is none, or an augmentation without views to use it.
 */
export async function testTimeViews(
  images: readonly ImageToPredict[],
  options: TestTimeAugmentation & { readonly seed: number },
): Promise<CollectRequest[]> {
  const { tta = 1, augmentation, seed } = options;
  if (!Number.isSafeInteger(tta) || tta < 1) throw new RangeError(`tta is ${tta}; expected a whole number from 1`);
  if (augmentation !== undefined && tta === 1) {
    throw new RangeError('an augmentation is given, but one view only: pass tta, the number of views, from 2');
  }
  const changes = augmentation ?? [flip({ horizontal: true }), rotate({ degrees: 10 })];
  return Promise.all(
    images.map(async ({ source, id }) => {
      const draw = { augmentation: changes, seed, sample: tta === 1 ? '' : (id ?? (await nameOf(source))) };
      return { source, views: cachedViews(tta, draw) };
    }),
  );
}

async function nameOf(source: ImageReference): Promise<string> {
  if (source instanceof Uint8Array) return sha256(source);
  return String(source).split(/[\\/]/).at(-1) ?? '';
}
