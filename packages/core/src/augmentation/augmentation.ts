import type { RgbImage } from '../image.js';
import type { RandomGenerator } from '../random/keyed-random.js';
import type { AffineTransform } from './affine-transform.js';

/** Plain data that JSON can hold: what an augmentation drew, fit for a cache key. */
export type AugmentationParameters =
  number | string | boolean | readonly AugmentationParameters[] | { readonly [name: string]: AugmentationParameters };

/**
 * A random change to an image, in two steps: `draw` decides, `apply` does it. `apply` is a pure function, so that what was
 * drawn says all about the result, whatever the batch, the order or the number of workers.
 */
export interface Augmentation<Parameters extends AugmentationParameters = AugmentationParameters> {
  /** What the command line calls it, e.g. `rotation`. */
  readonly name: string;
  /** Name and settings, e.g. `rotation(degrees=15,fillMode=nearest,cval=0)`: equal text, equal augmentation. */
  describe(): string;
  /** Draws this time's parameters. Takes the same number of draws each time. */
  draw(random: RandomGenerator): Parameters;
  /**
   * Changes an image.
   * @param image - RGB, uint8; left as it is.
   * @param parameters - What this augmentation's `draw` returned.
   * @returns An image of the same size; `image` itself where nothing changes.
   */
  apply(image: RgbImage, parameters: Parameters): RgbImage;
  /**
   * For an affine map: the map of these parameters. A list does maps that follow each other, and fill alike, in one
   * interpolation.
   */
  affineOf?(image: RgbImage, parameters: Parameters): AffineTransform;
}
