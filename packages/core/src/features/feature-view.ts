import type { RgbImage } from '../image.js';

/** One way to look at an image: as it is, or augmented by a fixed draw. */
export interface FeatureView {
  /** Says what is done to the pixels; part of the cache's key. Empty for the image itself. */
  readonly key: string;
  readonly apply: (image: RgbImage) => RgbImage;
}

/** The image itself. */
export const plainView: FeatureView = { key: '', apply: (image) => image };
