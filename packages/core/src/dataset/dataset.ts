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
  /** What must not stand on two sides of a split, e.g. the patient or the hospital. None: the sample stands for itself. */
  readonly group?: string | undefined;
  /** The side that the data set's author chose; `splitDataset` keeps to it. */
  readonly split?: SplitName | undefined;
  /** How much the sample counts in training, above 0. Default 1. */
  readonly weight?: number | undefined;
}

/** A side of a split. */
export type SplitName = 'train' | 'validation' | 'test';

/** Labelled images, in a fixed order: sorted class names, then sorted file names (by code units). */
export interface Dataset {
  /** Sorted; a label's index here is its class index everywhere. */
  readonly classNames: readonly string[];
  readonly samples: readonly Sample[];
  /** What was there but could not become a sample, such as rows of a manifest whose file is absent. None by default. */
  readonly skipped?: readonly SkippedSource[] | undefined;
}

/** Something that did not become a sample, and why. */
export interface SkippedSource {
  readonly path: string;
  readonly reason: string;
}
