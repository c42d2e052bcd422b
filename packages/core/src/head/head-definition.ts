import type { SymbolicTensor } from '@tensorflow/tfjs-layers';

/** What a head is built for. */
export interface HeadOptions {
  /** Number of classes, 2 or more. */
  readonly classes: number;
  /** The model's seed, for layers of your own; initial weights come from it anyway. Default: 0. */
  readonly seed?: number | undefined;
}

/** A classifier that is put onto a backbone's last feature map. */
export interface HeadDefinition {
  /** Its name and settings, such as `linear:c=0.1`. */
  readonly name: string;
  /**
   * Adds the head's layers, all of them named.
   * @param features - The backbone's output, shape `[batch, height, width, channels]`.
   * @returns Class scores, shape `[batch, classes]`: a softmax layer (or, for binary cross-entropy, a sigmoid one) over a
   *   layer of logits.
   */
  build(features: SymbolicTensor, options: HeadOptions): SymbolicTensor;
  /** Computes the weights of the dense layer named `solvedLayer` at once; without it the head is trained in steps. */
  readonly solve?: HeadSolver | undefined;
}

/** The dense layer of a solved head. */
export const solvedLayer = 'head_logits';

/** Computes a dense layer's weights from its inputs. */
export type HeadSolver = (rows: SolverRows, options: SolverOptions) => Promise<SolvedHead>;

/** What the dense layer reads of the training set. */
export interface SolverRows {
  /** Shape `[rows, columns]`, a row for each view of each sample. */
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** The class index of each row. */
  readonly labels: readonly number[];
  /** What each row counts; a sample's views count as much as the sample, together. */
  readonly weights: Float64Array;
  /** Rows of one group must not be on two sides of a split: views of one sample, samples of one patient. */
  readonly groups: readonly string[];
}

/** What a solver must know beside the rows. */
export interface SolverOptions {
  readonly classes: number;
  readonly signal?: AbortSignal | undefined;
  /** Told what a user should know. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** A dense layer's weights, and how they were found. */
export interface SolvedHead {
  /** Shape `[columns, classes]`. */
  readonly kernel: ArrayLike<number>;
  /** One for each class. */
  readonly bias: ArrayLike<number>;
  /** Figures for the history, such as `iterations`. */
  readonly figures: Readonly<Record<string, number>>;
}
