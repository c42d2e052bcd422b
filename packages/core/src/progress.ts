/** What long work reports while it runs. */
export interface Progress {
  /** `download`: bytes of a file; `features`: images through the frozen prefix; `training`: epochs of the suffix. */
  readonly stage: 'download' | 'features' | 'training';
  /** Bytes, images or epochs finished, of `total`. A download that resumes begins above 0; one that starts over falls back. */
  readonly done: number;
  readonly total: number;
  /** Of `done`, how many came from the cache (features). */
  readonly cached?: number;
  /** The epoch's figures (training). */
  readonly epoch?: Readonly<Record<string, number | null>>;
}

/** Receives progress; must not throw. */
export type ProgressListener = (progress: Progress) => void;
