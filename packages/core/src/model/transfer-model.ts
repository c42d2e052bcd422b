import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import type { Dataset } from '../dataset/dataset.js';
import { DatasetError } from '../errors.js';
import { evaluatePredictions, type Evaluation } from '../evaluation/evaluate.js';
import type { FeatureTable } from '../features/feature-table.js';
import { plainView } from '../features/feature-view.js';
import { createPrefixRunner, type PrefixRunner } from '../features/prefix-runner.js';
import type { HeadDefinition } from '../head/head-definition.js';
import type { ImageReference, InputSize, Interpolation } from '../image.js';
import type { NetworkConfig } from '../network/network-config.js';
import { NetworkRunner } from '../network/run-network.js';
import type { Engine } from '../ports/feature-extractor.js';
import type { Runtime } from '../ports/runtime.js';
import type { Preprocessing } from '../preprocessing/preprocessing.js';
import { assignWeights } from '../weights/assign-weights.js';
import { seededWeights } from '../weights/seeded-weights.js';
import type { NetworkWeights } from '../weights/weight-file.js';
import { assembleNetwork } from './assemble-network.js';
import { collectFeatures, type CollectOptions, type SkippedImage } from './collect-features.js';
import type { FitOptions } from './fit-options.js';
import { classIndices, fitSuffix, type FitHistory } from './fit-suffix.js';
import { predictTable, type Prediction } from './predict.js';
import { saveTransferModel } from './save-transfer-model.js';

/** A backbone's weights, and how to find them again. */
export interface LoadedWeights {
  /** `imagenet`, `none`, or a file's path, as it was asked for. */
  readonly selector: string;
  readonly values: NetworkWeights;
  /** SHA-256 over names, shapes and values. */
  readonly digest: string;
}

/** All that a transfer model is made of before it knows its classes. */
export interface TransferModelParts {
  readonly backbone: BackboneDefinition;
  readonly weights: LoadedWeights;
  readonly inputSize: InputSize;
  readonly preprocessing: Preprocessing;
  readonly interpolation: Interpolation;
  readonly head: HeadDefinition | NetworkConfig;
  readonly headName: string;
  readonly boundary: string | undefined;
  readonly engine: Engine;
  /** Why this engine: for people. */
  readonly engineReason: string;
  readonly seed: number;
  readonly runtime: Runtime;
}

/** The two sides of a model that knows its classes. */
export interface BuiltNetwork {
  readonly classNames: readonly string[];
  readonly head: NetworkConfig;
  readonly boundary: string;
  readonly prefix: PrefixRunner;
  readonly suffix: NetworkRunner;
}

/** Options of `evaluate`, `predict` and `extract`. */
export type RunModelOptions = Pick<CollectOptions, 'onProgress' | 'onWarning' | 'signal'>;

/** Predictions, and the images that could not be read. */
export interface Predictions {
  readonly predictions: readonly Prediction[];
  readonly skipped: readonly SkippedImage[];
}

/**
 * A pretrained backbone with a classifier of your own: a frozen prefix that an engine runs once for each image, and a
 * trainable suffix on TensorFlow.js. Made by `buildTransferModel` or `loadTransferModel`; dispose it when done.
 */
export class TransferModel {
  readonly parts: TransferModelParts;
  #built: BuiltNetwork | undefined;
  #history: FitHistory | undefined;

  /** Use `buildTransferModel` or `loadTransferModel`. */
  constructor(parts: TransferModelParts) {
    this.parts = parts;
  }

  /** Sorted class names; undefined until the model knows them. */
  get classNames(): readonly string[] | undefined {
    return this.#built?.classNames;
  }

  /** What the last `fit` reported. */
  get history(): FitHistory | undefined {
    return this.#history;
  }

  /** The two sides of the model. @throws RangeError before it knows its classes. */
  get built(): BuiltNetwork {
    if (this.#built === undefined) {
      throw new RangeError('this model has no classes yet: call fit first, or pass classNames to buildTransferModel');
    }
    return this.#built;
  }

  /**
   * Makes the head for these classes, with seeded weights. `fit` calls it where need be.
   * @throws RangeError for fewer than two classes, or names that occur twice.
   */
  async useClasses(classNames: readonly string[]): Promise<void> {
    if (classNames.length < 2 || new Set(classNames).size !== classNames.length) {
      throw new RangeError(`classNames are ${JSON.stringify(classNames)}; expected two or more different names`);
    }
    const { parts } = this;
    const network = assembleNetwork({ ...parts, classes: classNames.length });
    const suffix = new NetworkRunner(network.suffix);
    const initial = seededWeights(network.suffix, { seed: parts.seed });
    assignWeights(network.suffix, new Map([...initial, ...parts.weights.values]));
    const prefix = await createPrefixRunner({
      prefix: {
        network: network.prefix,
        weights: parts.weights.values,
        preprocessing: parts.preprocessing,
        inputSize: parts.inputSize,
      },
      weightsDigest: parts.weights.digest,
      engine: parts.engine,
      interpolation: parts.interpolation,
    });
    await this.#disposeBuilt();
    this.#built = { classNames, head: network.head, boundary: network.boundary, prefix, suffix };
  }

  /**
   * Trains the suffix. The images run through the frozen prefix once for each view, and come from the cache thereafter.
   *
   * @throws DatasetError for a data set of other classes, or with too many unreadable images; TrainingError if the loss is no
   *   number; AbortedError if aborted.
   * @example `const history = await model.fit(train, { validation, epochs: 25 })`
   */
  async fit(train: Dataset, options: FitOptions = {}): Promise<FitHistory> {
    if (this.#built === undefined) await this.useClasses(train.classNames);
    const { classNames, prefix, suffix } = this.built;
    classIndices(train, classNames);
    const context = { prefix, suffix, classNames, runtime: this.parts.runtime, seed: this.parts.seed };
    this.#history = await fitSuffix(train, options, context);
    return this.#history;
  }

  /**
   * Predicts a labelled data set and compares.
   * @throws DatasetError for labels that the model does not know.
   */
  async evaluate(dataset: Dataset, options: RunModelOptions = {}): Promise<Evaluation> {
    const { classNames } = this.built;
    classIndices(dataset, classNames);
    const sources = dataset.samples.map((sample) => sample.source);
    const { predictions, kept, skipped } = await this.#predict(sources, options);
    return evaluatePredictions(dataset, { classNames, predictions, kept, skipped });
  }

  /**
   * Predicts images.
   * @param inputs - Paths, addresses or encoded bytes.
   * @throws DatasetError if more than a tenth of them cannot be read.
   */
  async predict(inputs: readonly ImageReference[], options: RunModelOptions = {}): Promise<Predictions> {
    const { predictions, skipped } = await this.#predict(inputs, options);
    return { predictions, skipped };
  }

  /**
   * Runs images through the frozen prefix: fills the cache, and finds what cannot be read before long work begins.
   * @returns Features in the order of `kept`.
   */
  async extract(
    inputs: readonly ImageReference[],
    options: RunModelOptions = {},
  ): Promise<{ table: FeatureTable; kept: readonly number[]; skipped: readonly SkippedImage[] }> {
    const requests = inputs.map((source) => ({ source, views: [plainView] }));
    return collectFeatures(requests, { ...options, prefix: this.built.prefix, runtime: this.parts.runtime });
  }

  /**
   * Saves what `predict` needs: the suffix's weights, the backbone by name and digest, and how pixels are prepared.
   * @param location - Where `runtime.openArtifact` keeps it: a folder's path in Node.
   */
  async save(location: string, extras: SaveExtras = {}): Promise<void> {
    await saveTransferModel(this, this.parts.runtime.openArtifact(location), extras);
  }

  /** Frees the tensors and the engine. The runtime stays open: it is the caller's. */
  async dispose(): Promise<void> {
    await this.#disposeBuilt();
    this.#built = undefined;
  }

  async #predict(
    inputs: readonly ImageReference[],
    options: RunModelOptions,
  ): Promise<Predictions & { readonly kept: readonly number[] }> {
    if (inputs.length === 0) throw new DatasetError('there are no images to predict; pass at least one');
    const { classNames, suffix } = this.built;
    const { table, kept, skipped } = await this.extract(inputs, options);
    await this.parts.runtime.prepareBackend('training');
    const sources = kept.map((index) => inputs[index] as ImageReference);
    return { predictions: await predictTable(table, { suffix, classNames, sources }), kept, skipped };
  }

  async #disposeBuilt(): Promise<void> {
    await this.#built?.prefix.dispose();
    this.#built?.suffix.network.dispose();
  }
}

/** Further files and facts to keep with a saved model. */
export interface SaveExtras {
  /** Facts about the training, e.g. settings and metrics: plain JSON. */
  readonly training?: Readonly<Record<string, unknown>>;
  /** Further files by name, e.g. plots. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
}
