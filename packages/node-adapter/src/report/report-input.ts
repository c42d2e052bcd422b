import type { AuditReport, EpochLog, ImageReference, SkippedSource } from '@graft-ml/core';
import type { Evaluation } from '@graft-ml/core/evaluation';
import type { ErrorAnalysis, EvaluationIntervals } from '@graft-ml/core/evaluation';
import type { EmbeddedPoint } from '@graft-ml/metrics/charts';

/** Parts of a report that may be missing; the page says why, or that they were not asked for. */
export type ReportPart = 'audit' | 'embedding' | 'errors' | 'gradCam' | 'images' | 'intervals' | 'training';

/** Everything that a report shows, as plain data. Only `title` and `evaluation` are needed; what is missing is a stated gap. */
export interface ReportInput {
  /** The heading, such as the data set's name. */
  readonly title: string;
  /** How the model does on images that it was not trained on. */
  readonly evaluation: Evaluation;
  /** What `evaluationIntervals` returns. */
  readonly intervals?: EvaluationIntervals | undefined;
  readonly training?: ReportTraining | undefined;
  readonly dataset?: ReportDataset | undefined;
  /** What `analyzeErrors` returns. */
  readonly errors?: ErrorAnalysis | undefined;
  /** What `auditDataset` returns. */
  readonly audit?: AuditReport | undefined;
  /** Small pictures by image, as data addresses (`data:image/webp;base64,…`). `writeReport` makes them. */
  readonly thumbnails?: ReadonlyMap<ImageReference, string> | undefined;
  /** Grad-CAM of images by image, as data addresses likewise. */
  readonly overlays?: ReadonlyMap<ImageReference, string> | undefined;
  /** Maps of the test images. */
  readonly embeddings?: readonly ReportEmbedding[] | undefined;
  /** Settings by name, in the order to show. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Versions by name: graft, Node, the engine, the platform. */
  readonly versions?: Readonly<Record<string, string>> | undefined;
  readonly reproduction?: ReportReproduction | undefined;
  /** Why the educational-use notice is shown; undefined for a set that is not medical. */
  readonly medical?: string | undefined;
  /** When it was written; a clock is the caller's. Not shown if missing. */
  readonly writtenAt?: Date | undefined;
  /** Why a part is missing, in a sentence. */
  readonly gaps?: Partial<Readonly<Record<ReportPart, string>>> | undefined;
}

/** How the model was trained. */
export interface ReportTraining {
  readonly backbone: string;
  /** One record for each epoch, of all stages. */
  readonly epochs: readonly EpochLog[];
  /** The epoch whose weights were kept, from 1; 0 if those of the start were. */
  readonly bestEpoch: number;
  /** The first epoch of fine-tuning; undefined without it. */
  readonly fineTuningFrom?: number | undefined;
}

/** What the model was trained and tested on. */
export interface ReportDataset {
  /** Where it lies. */
  readonly location: string;
  /** What `datasetFingerprint` says of its samples. */
  readonly fingerprint?: string | undefined;
  /** For each side of the split how many images of each class it has, in the order of `classNames`. */
  readonly sides: readonly { readonly name: string; readonly counts: readonly number[] }[];
  /** Undefined where the data have no groups. */
  readonly groups?: { readonly count: number; readonly onSeveralSides: readonly string[] } | undefined;
  /** What could not be read. */
  readonly skipped: readonly SkippedSource[];
}

/** A map of images. */
export interface ReportEmbedding {
  /** E.g. `UMAP`. */
  readonly method: string;
  readonly points: readonly EmbeddedPoint[];
  readonly axes?: readonly [x: string, y: string] | undefined;
  /** How it was made, in a line. */
  readonly note?: string | undefined;
}

/** How to get the same model again. */
export interface ReportReproduction {
  /** A command line, or code. */
  readonly command: string;
  readonly seed: number;
}
