import type { ImageReference } from '../image.js';

/** One labelled image. */
export interface Sample {
  /**
   * Names the sample within its data set, the same on every machine: the path relative to the data set's root, with `/`.
   * Random draws are keyed by it.
   */
  readonly id: string;
  /** Where the image's bytes come from. */
  readonly source: ImageReference;
  /** One of the data set's `classNames`. */
  readonly label: string;
}

/** Labelled images, in a fixed order: sorted class names, then sorted file names (by code units). */
export interface Dataset {
  /** Sorted; a label's index here is its class index everywhere. */
  readonly classNames: readonly string[];
  readonly samples: readonly Sample[];
}
