import { datasetFingerprint } from '../dataset/dataset-fingerprint.js';
import type { Dataset } from '../dataset/dataset.js';

/** Which samples they were. */
export interface DataRecord {
  /** See `datasetFingerprint`. */
  readonly fingerprint: string;
  readonly samples: number;
}

/** One call of `fit` or `fineTune`, as plain JSON. */
export interface TrainingStageRecord {
  readonly stage: 'fit' | 'fineTune';
  readonly seed: number;
  /** What was chosen, and the defaults of the rest. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly data: DataRecord;
  readonly validation: DataRecord | null;
  /** How many ran. */
  readonly epochs: number;
  /** The epoch whose weights were kept, from 1; 0 for those that it began with. */
  readonly bestEpoch: number;
  /** Of that epoch: `loss`, `accuracy`, `valLoss`, … */
  readonly metrics: Readonly<Record<string, number | null>>;
}

/** Where a model comes from: kept with it when it is saved, and known again when it is loaded. */
export interface Provenance {
  /** All labelled images that it was made from, test and validation included; null if nobody said. */
  readonly data: (DataRecord & { readonly counts: Readonly<Record<string, number>> }) | null;
  /** How it did on its test images: `accuracy`, `loss`, …; empty if nobody tested it. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Versions of the libraries that trained and saved it, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** How it was trained, stage by stage, and whatever else its maker noted. */
  readonly training: { readonly stages: readonly TrainingStageRecord[]; readonly [fact: string]: unknown };
}

/** Tells data sets apart. */
export function dataRecord({ samples }: Dataset): DataRecord {
  return { fingerprint: datasetFingerprint(samples), samples: samples.length };
}

/** What is known of a model that has just been trained, and neither tested nor saved. */
export function provenanceOf(...stages: readonly TrainingStageRecord[]): Provenance {
  return { data: null, metrics: {}, versions: {}, training: { stages } };
}
