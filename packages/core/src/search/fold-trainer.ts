import type { Dataset } from '../dataset/dataset.js';
import { evaluatePredictions, type Evaluation } from '../evaluation/evaluate.js';
import type { FeatureMemo } from '../features/feature-memo.js';
import { plainView } from '../features/feature-view.js';
import { throwIfAborted } from '../errors.js';
import { buildNetwork } from '../model/build-network.js';
import { collectFeatures, type CollectOptions, type SkippedImage } from '../model/collect-features.js';
import type { FitOptions } from '../model/fit-options.js';
import { fitSuffix, type FitHistory } from '../model/fit-suffix.js';
import { predictTable } from '../model/predict.js';
import { solverOf } from '../model/solve-suffix.js';
import type { BuiltNetwork, TransferModelParts } from '../model/transfer-model.js';
import { assignWeights } from '../weights/assign-weights.js';
import { networkWeights } from '../weights/network-weights.js';
import type { NetworkWeights } from '../weights/weight-file.js';
import type { DatasetFold } from './cross-validation-folds.js';

/** Options of one fold's fit: all that belongs to a run is set. */
export type FoldFitOptions = Omit<FitOptions, 'validation'> & { readonly seed: number };

/** Trains one network again and again, each time from the same initial weights. Dispose it when done. */
export class FoldTrainer {
  readonly #parts: TransferModelParts;
  readonly #built: BuiltNetwork;
  readonly #initial: NetworkWeights;
  readonly #memo: FeatureMemo;
  #unreadable: ReadonlySet<string> = new Set();

  private constructor(
    parts: TransferModelParts,
    built: BuiltNetwork,
    rest: { initial: NetworkWeights; memo: FeatureMemo },
  ) {
    this.#parts = parts;
    this.#built = built;
    this.#initial = rest.initial;
    this.#memo = rest.memo;
  }

  /** Builds the network of a model's parts. */
  static async create(
    parts: TransferModelParts,
    options: { readonly classNames: readonly string[]; readonly memo: FeatureMemo },
  ): Promise<FoldTrainer> {
    const { boundary, unfrozen } = parts;
    await parts.runtime.prepareBackend(unfrozen === undefined ? 'training' : 'fineTuning');
    const built = await buildNetwork(parts, { classNames: options.classNames, boundary, unfrozen });
    return new FoldTrainer(parts, built, { initial: await networkWeights(built.suffix.network), memo: options.memo });
  }

  /**
   * Runs every image through the prefix, so that what cannot be read is known before the first fold. int8 is calibrated on the
   * first fold's training images.
   */
  async readAll(dataset: Dataset, training: Dataset, options: FoldFitOptions): Promise<readonly SkippedImage[]> {
    const { prefix } = this.#built;
    const { images, cache } = this.#parts.runtime;
    await prefix.prepare({
      ...options,
      training: training.samples.map(({ source }) => source),
      images,
      cache,
      precision: options.precision,
    });
    const { kept, skipped } = await this.#collect(dataset, options);
    const readable = new Set(kept);
    this.#unreadable = new Set(dataset.samples.filter((_, index) => !readable.has(index)).map(({ id }) => id));
    return skipped;
  }

  /** A data set without the images that cannot be read. */
  readable(dataset: Dataset): Dataset {
    return { ...dataset, samples: dataset.samples.filter(({ id }) => !this.#unreadable.has(id)) };
  }

  /** Trains from the initial weights. */
  async fit(train: Dataset, options: FoldFitOptions): Promise<FitHistory> {
    throwIfAborted(options.signal);
    const { prefix, suffix, classNames } = this.#built;
    assignWeights(suffix.network, this.#initial);
    return fitSuffix(train, options, {
      prefix,
      suffix,
      classNames,
      runtime: this.#parts.runtime,
      seed: options.seed,
      solver: solverOf(this.#parts, this.#built),
      memo: this.#memo,
    });
  }

  /** Trains on one side from the initial weights, and tests on the other. */
  async run({ train, test }: DatasetFold, options: FoldFitOptions): Promise<Evaluation> {
    await this.fit(train, options);
    const { suffix, classNames } = this.#built;
    const { table, kept, skipped } = await this.#collect(test, options);
    const sources = kept.map((index) => test.samples[index]?.source ?? '');
    const predictions = await predictTable(table, { suffix, classNames, sources });
    return evaluatePredictions(test, { classNames, predictions, kept, skipped });
  }

  async dispose(): Promise<void> {
    await this.#built.prefix.dispose();
    this.#built.suffix.network.dispose();
  }

  #collect(dataset: Dataset, options: FoldFitOptions): ReturnType<typeof collectFeatures> {
    const requests = dataset.samples.map(({ source }) => ({ source, views: [plainView] }));
    const context: CollectOptions = {
      prefix: this.#built.prefix,
      runtime: this.#parts.runtime,
      memo: this.#memo,
      signal: options.signal,
      onProgress: options.onProgress,
      onWarning: options.onWarning,
    };
    return collectFeatures(requests, context);
  }
}
