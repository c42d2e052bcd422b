import type { Dataset } from '../dataset/dataset.js';
import type { GroupBy } from '../dataset/group-by.js';
import type { TransferModelParts } from '../model/transfer-model.js';
import type { ImageSource } from '../ports/image-source.js';
import type { FeatureCache } from '../ports/feature-cache.js';
import type { ProgressListener } from '../progress.js';
import type { AuditReport } from './audit-report.js';
import type { ImageInspector } from './image-facts.js';

/** The world outside, as an audit needs it. */
export interface AuditPorts {
  readonly images: ImageSource;
  /** Keeps what was seen of images between runs. None by default. */
  readonly cache?: FeatureCache | undefined;
  /** Reads file headers; without it the metadata probe is not measured. */
  readonly inspect?: ImageInspector | undefined;
}

/** Options of {@link auditDataset}. */
export interface AuditOptions {
  /** The Node adapter fills them in. */
  readonly runtime: AuditPorts;
  /**
   * The real model that probes are compared with: its frozen base gets a linear classifier on the same folds. A model's
   * `parts`. Default: none, which is the quick form, without any network.
   */
  readonly model?: TransferModelParts | undefined;
  /** Other data with classes of the same names: what was learnt inside is tested on it. */
  readonly external?: Dataset | undefined;
  /** What tells an image's source. Default: groups, if they are large; else folders; else the beginnings of file names. */
  readonly sourceBy?: GroupBy | undefined;
  /** Folds of the cross-validation, 2 or more. Default: 5. */
  readonly folds?: number | undefined;
  /** How often the folds are drawn anew. Default: 4, as 20 splits of 80/20; 2 without a model. */
  readonly repeats?: number | undefined;
  /** Probes look at this many images at most, drawn from each class alike; duplicates are looked for among all. Default: 3000. */
  readonly mostImages?: number | undefined;
  /** Decides folds, intervals and the order of patches. Default: 42. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
  /** A clock in milliseconds. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/** Options with those filled in that drawing needs. */
export type ExternalOptions = AuditOptions & { readonly seed: number; readonly mostImages: number };

/**
 * Asks, before anyone believes a result, whether a data set can be solved by a shortcut: cross-validates models that must fail
 * if the task is honest (file headers, brightness, thumbnails, borders, shuffled patches), and looks for duplicates, torn
 * groups, sources that tell the class, and small classes. What cannot be measured is said so. Groups of the samples stay
 * together in every fold; sides that samples bring along (`split`) are checked for leakage.
 *
 * @throws DatasetError if no image can be read, or there are fewer than two classes; RangeError for options out of range;
 *   AbortedError if aborted.
 * @see Maguolo and Nanni (2020), "A critic evaluation of methods for COVID-19 automatic detection from X-ray images"; DeGrave,
 *   Janizek and Lee (2021), "AI for radiographic COVID-19 detection selects shortcuts over signal"
 * @example
 * ```ts
 * const { verdict, checks } = await auditDataset(dataset, { model: model.parts });
 * ```
 */
export async function auditDataset(dataset: Dataset, options: AuditOptions): Promise<AuditReport> {
  const { measureAudit } = await import('./measure-audit.js');
  return measureAudit(dataset, options);
}
