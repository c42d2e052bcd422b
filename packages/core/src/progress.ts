/** What long work reports while it runs. */
export interface Progress {
  /**
   * `download`: bytes of a file; `images`: images looked at, before anything runs; `calibration`: images that int8 takes its
   * ranges from; `features`: images through the frozen prefix; `training`: epochs of the suffix; `folds`: of a cross-validation; `trials`: of a search.
   */
  readonly stage: 'download' | 'images' | 'calibration' | 'features' | 'training' | 'folds' | 'trials';
  /** Bytes, images, epochs, folds or trials finished, of `total`. A download that resumes begins above 0; one that starts over falls back. */
  readonly done: number;
  readonly total: number;
  /** Of `done`, how many came from the cache (features). */
  readonly cached?: number;
  /** The figures of the epoch, fold or trial. */
  readonly epoch?: Readonly<Record<string, number | null>>;
}

/** Receives progress; must not throw. */
export type ProgressListener = (progress: Progress) => void;
