import { chooseLabels } from './choose-labels.js';
import {
  classificationReport,
  type ClassificationReport,
  type ClassificationReportOptions,
} from './classification-report.js';
import type { WeightOptions } from './columns.js';
import { confusionMatrix, type ConfusionMatrix } from './confusion-matrix.js';
import type { Label, Labels } from './label.js';

/** What an accumulator has counted, as plain data that can be posted between workers or written as JSON. */
export interface ConfusionAccumulatorState extends ConfusionMatrix {
  /** Whether any sample had a weight of its own. */
  readonly weighted: boolean;
}

/**
 * Counts predictions batch by batch, in memory that grows with the classes and not with the samples, and derives every
 * metric of labels from the counts. Accumulators of several workers merge into what one pass would have counted.
 *
 * @example
 * const all = new ConfusionAccumulator();
 * all.update(['a', 'b'], ['a', 'a']);
 * all.merge(new ConfusionAccumulator().update(['b'], ['b']));
 * all.score(accuracyScore); // 0.6666666666666666
 */
export class ConfusionAccumulator {
  readonly #fixed: Label[] | undefined;
  #state: ConfusionAccumulatorState;

  /**
   * @param options - `labels` fixes the classes and their order, and refuses others. Default: every label that occurs, sorted.
   */
  constructor(options: { readonly labels?: Labels | undefined } = {}) {
    this.#fixed = options.labels && chooseLabels([], options.labels).labels;
    const labels = this.#fixed ?? [];
    this.#state = { labels, matrix: labels.map(() => labels.map(() => 0)), weighted: false };
  }

  /**
   * Counts a batch.
   *
   * @param yTrue - True class labels, shape `[n]`.
   * @param yPred - Predicted class labels, same shape.
   * @throws RangeError as `confusionMatrix` does.
   */
  update(yTrue: Labels, yPred: Labels, { sampleWeight }: WeightOptions = {}): this {
    return this.merge({
      ...confusionMatrix(yTrue, yPred, { labels: this.#fixed, sampleWeight }),
      weighted: !!sampleWeight,
    });
  }

  /** Adds what another accumulator, or its state, has counted. */
  merge(other: ConfusionAccumulator | ConfusionAccumulatorState): this {
    const added = other instanceof ConfusionAccumulator ? other.#state : other;
    const cells = [...filledCells(this.#state), ...filledCells(added)];
    if (cells.length > 0) {
      const weighted = this.#state.weighted || added.weighted;
      this.#state = { ...applyToCells(confusionMatrix, cells, { labels: this.#fixed }), weighted };
    }
    return this;
  }

  /** The counts so far, as plain data. */
  state(): ConfusionAccumulatorState {
    const { labels, matrix, weighted } = this.#state;
    return { labels: [...labels], matrix: matrix.map((row) => [...row]), weighted };
  }

  /** The confusion matrix so far, shape `[numClasses, numClasses]`; rows are true classes. */
  confusionMatrix(): ConfusionMatrix {
    const { labels, matrix } = this.state();
    return { labels, matrix };
  }

  /**
   * Any metric that takes true labels, predicted labels and weights: each cell of the matrix is one sample, weighted by its count.
   *
   * @throws RangeError if nothing has been counted.
   */
  score<Result, Options extends WeightOptions>(
    metric: (yTrue: Labels, yPred: Labels, options: Options) => Result,
    options?: Omit<Options, 'sampleWeight'>,
  ): Result {
    return applyToCells(metric, filledCells(this.#state), options);
  }

  /** The classification report so far; `String(report)` is the same as in one pass. */
  classificationReport(
    options: Omit<ClassificationReportOptions, 'sampleWeight' | 'weightsAreCounts'> = {},
  ): ClassificationReport {
    return this.score(classificationReport, {
      labels: this.#fixed,
      ...options,
      weightsAreCounts: !this.#state.weighted,
    });
  }
}

interface Cell {
  readonly truth: Label;
  readonly guess: Label;
  readonly count: number;
}

function filledCells({ labels, matrix }: ConfusionMatrix): Cell[] {
  return labels.flatMap((truth, i) =>
    labels.map((guess, j) => ({ truth, guess, count: matrix[i]?.[j] ?? 0 })).filter((cell) => cell.count > 0),
  );
}

function applyToCells<Result, Options extends WeightOptions>(
  metric: (yTrue: Labels, yPred: Labels, options: Options) => Result,
  cells: readonly Cell[],
  options?: Omit<Options, 'sampleWeight'>,
): Result {
  const weighted = { ...options, sampleWeight: cells.map((cell) => cell.count) };
  return metric(
    cells.map((cell) => cell.truth),
    cells.map((cell) => cell.guess),
    weighted as unknown as Options,
  );
}
