/**
 * What an audit can say of one check, from good to bad. `notMeasured` has its reason in the sentence.
 *
 * - `ok`: nothing found.
 * - `note`: worth knowing, no reason to doubt a result.
 * - `warning`: a result may be too good; look into it.
 * - `shortcut`: the classes can be told apart without looking at details.
 * - `leakage`: what is tested on is known from training, or labels contradict each other.
 */
export type CheckVerdict = 'ok' | 'note' | 'warning' | 'shortcut' | 'leakage' | 'notMeasured';

/** The overall verdict of an audit: the worst of its checks. */
export type AuditVerdict = Exclude<CheckVerdict, 'notMeasured'>;

/** What an audit looks at, in the order of the report. */
export type AuditCheckName =
  | 'model'
  | 'metadata'
  | 'histogram'
  | 'thumbnail8'
  | 'thumbnail16'
  | 'border'
  | 'borderModel'
  | 'shuffledPatches'
  | 'duplicates'
  | 'groups'
  | 'sources'
  | 'classes'
  | 'external'
  | 'domain';

/** A confidence interval. */
export interface AuditInterval {
  readonly low: number;
  readonly high: number;
}

/** How well one class is told from all others. */
export interface ClassFigure {
  readonly className: string;
  /** Share of the class's images that are classified right, 0–1. */
  readonly recall: number;
  /** Share of the other classes' images that are taken for it, 0–1. */
  readonly falseAlarms: number;
  /** `recall − falseAlarms`, Youden's J: 0 is chance, 1 is perfect. */
  readonly gain: number;
  /** 95 %, of `gain`. */
  readonly interval: AuditInterval;
}

/** A table of counts or texts that belongs to a check. */
export interface AuditTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** One check of an audit. */
export interface AuditCheck {
  readonly name: AuditCheckName;
  /** For a table's first column, e.g. `16×16 thumbnails`. */
  readonly title: string;
  /**
   * `model`: the real model. `probe`: a model that sees almost nothing. `data`: what was counted. `external`: measured on other
   * data.
   */
  readonly kind: 'model' | 'probe' | 'data' | 'external';
  readonly verdict: CheckVerdict;
  /** What was found and what it means, one or two plain sentences. */
  readonly sentence: string;
  /** Cross-validated, 0–1; the report's `metric` says which accuracy. Undefined where none was measured. */
  readonly accuracy?: number | undefined;
  /** 95 %, of `accuracy`. */
  readonly interval?: AuditInterval | undefined;
  /** What guessing reaches. */
  readonly chance?: number | undefined;
  /** How much of what the real model gains over chance this probe gains as well, 0–1 (above 1 if it does better). */
  readonly share?: number | undefined;
  /** For each class, in the order of the report's `classNames`. */
  readonly classes?: readonly ClassFigure[] | undefined;
  /** Counts behind the sentence. */
  readonly table?: AuditTable | undefined;
  /** Images behind the sentence: clusters of paths, at most 50. */
  readonly images?: readonly (readonly string[])[] | undefined;
}

/** What `auditDataset` found: the keys of `graft audit --json`. Plain JSON throughout. */
export interface AuditReport {
  readonly verdict: AuditVerdict;
  /** The verdict in words. */
  readonly sentence: string;
  readonly checks: readonly AuditCheck[];
  readonly classNames: readonly string[];
  /** Readable images of each class, in the order of `classNames`. */
  readonly counts: readonly number[];
  readonly images: number;
  /** `balancedAccuracy`, the mean of the classes' recalls, where the largest class has more than 1.5 times the images of the smallest. */
  readonly metric: 'accuracy' | 'balancedAccuracy';
  /** How accuracies were cross-validated; `grouped` if groups were kept together; `images` fewer than all where a sample was drawn. */
  readonly validation: {
    readonly folds: number;
    readonly repeats: number;
    readonly grouped: boolean;
    readonly images: number;
    readonly seed: number;
  };
  /** The real model that probes are compared with; null without one (`--quick`). */
  readonly backbone: string | null;
  readonly quick: boolean;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly timings: { readonly totalSeconds: number };
}
