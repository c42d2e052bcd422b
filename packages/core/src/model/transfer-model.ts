import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import type { Dataset } from '../dataset/dataset.js';
import { DatasetError } from '../errors.js';
import type { ChooseThresholdsOptions, ChosenThresholds } from '../evaluation/choose-thresholds.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import type { TemperatureScaling } from '../evaluation/fit-temperature.js';
import type { FeatureTable } from '../features/feature-table.js';
import { plainView } from '../features/feature-view.js';
import type { PrefixRunner } from '../features/prefix-runner.js';
import type { HeadDefinition } from '../head/head-definition.js';
import type { ImageReference, InputSize, Interpolation, ResizeMode } from '../image.js';
import type { NetworkConfig } from '../network/network-config.js';
import type { NetworkRunner } from '../network/run-network.js';
import type { Engine } from '../ports/feature-extractor.js';
import type { Runtime } from '../ports/runtime.js';
import type { Preprocessing } from '../preprocessing/preprocessing.js';
import type { Int8Options } from '../quantization/calibrate-prefix.js';
import type { Precision, QuantizationPlan } from '../quantization/quantization-plan.js';
import type { NetworkWeights } from '../weights/weight-file.js';
import { buildNetwork, type Unfrozen } from './build-network.js';
import { classIndices } from './class-indices.js';
import { collectFeatures, type CollectOptions, type SkippedImage } from './collect-features.js';
import type { FineTuneOptions } from './fine-tune-options.js';
import type { FitOptions } from './fit-options.js';
import type { FitHistory } from './fit-suffix.js';
import { classNamesProblem } from './class-names.js';
import { predictTable } from './predict.js';
import type { Prediction } from './prediction.js';
import { provenanceOf, type Provenance } from './provenance.js';
import { checkCalibration, type ScoreCalibration } from './score-calibration.js';
import { testTimeViews, type ImageToPredict, type TestTimeAugmentation } from './test-time-views.js';
import type { TrainingStageFacts } from './training-stage-record.js';

/** A backbone's weights, and how to find them again. */
export interface LoadedWeights {
  /** `imagenet`, `embedded`, `none`, or a file's path, as it was asked for. */
  readonly selector: string;
  readonly values: NetworkWeights;
  /** SHA-256 over names, shapes and values. */
  readonly digest: string;
  /** Whether they came out of a saved model, which is then saved with them again. */
  readonly embedded?: boolean | undefined;
}

/** All that a transfer model is made of before it knows its classes. */
export interface TransferModelParts {
  readonly backbone: BackboneDefinition;
  readonly weights: LoadedWeights;
  readonly inputSize: InputSize;
  readonly preprocessing: Preprocessing;
  readonly interpolation: Interpolation;
  readonly resize: ResizeMode;
  readonly head: HeadDefinition | NetworkConfig;
  readonly headName: string;
  /** Whether the weights hold the classifier of 1,000 classes too. */
  readonly includeTop: boolean;
  readonly boundary: string | undefined;
  /** How much of the backbone trains, where it was fine-tuned. */
  readonly unfrozen: Unfrozen | undefined;
  readonly engine: Engine;
  /** Why this engine: for people. */
  readonly engineReason: string;
  /** What was asked for; {@link TransferModel.precision} is what runs. */
  readonly precision?: Precision | undefined;
  readonly int8?: Int8Options | undefined;
  /** How int8 runs up to `boundary`, where that is known already. */
  readonly quantization?: QuantizationPlan | undefined;
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
  /** How much of the backbone trains; undefined if only the head does. */
  readonly unfrozen: Unfrozen | undefined;
}

/** Options of everything that runs images through a model. */
export type RunModelOptions = Pick<CollectOptions, 'onProgress' | 'onWarning' | 'signal' | 'tolerableShare'>;

/** Options of `evaluate` and `predict`. */
export interface PredictOptions extends RunModelOptions, TestTimeAugmentation {}

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
  #calibration: ScoreCalibration | undefined;
  #provenance: Provenance | undefined;

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

  /** What is done to the scores before they are given out; undefined for the scores as they are. */
  get calibration(): ScoreCalibration | undefined {
    return this.#calibration;
  }

  /** Where the model comes from: data, settings, metrics; undefined before it is trained. */
  get provenance(): Provenance | undefined {
    return this.#provenance;
  }

  /** What the frozen prefix really runs in; `fp32` also before int8 is calibrated, and where it fell back. */
  get precision(): Precision {
    return this.#built?.prefix.precision ?? 'fp32';
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
   * @throws RangeError for fewer than two classes, names that occur twice, and names with control characters.
   */
  async useClasses(classNames: readonly string[]): Promise<void> {
    const problem = classNamesProblem(classNames);
    if (problem !== undefined) throw new RangeError(`classNames ${problem}`);
    const { boundary, unfrozen } = this.parts;
    await this.#replaceBuilt(await buildNetwork(this.parts, { classNames, boundary, unfrozen }));
    this.#provenance = undefined;
  }

  /**
   * Becomes what a saved model was: `loadTransferModel` calls it.
   * @throws RangeError or WeightsError for what does not fit together.
   */
  async restore(saved: SavedState): Promise<void> {
    const { boundary, unfrozen } = this.parts;
    const { classNames, weights, calibration, provenance } = saved;
    await this.#replaceBuilt(await buildNetwork(this.parts, { classNames, boundary, unfrozen, saved: weights }));
    this.useCalibration(calibration);
    this.#provenance = provenance;
  }

  /**
   * Prepares the frozen prefix for int8, if that is asked for: `fit` does it by itself; call it where images run before `fit`.
   * A second call does nothing.
   *
   * @param train - Training samples only, never those that a test measures.
   * @throws DatasetError if fewer than 8 of the images can be read.
   */
  async calibrate(
    train: Dataset,
    options: RunModelOptions & Pick<FitOptions, 'precision' | 'seed'> = {},
  ): Promise<void> {
    if (this.#built === undefined) await this.useClasses(train.classNames);
    const { runtime, seed } = this.parts;
    await this.built.prefix.prepare({
      ...options,
      training: train.samples.map(({ source }) => source),
      images: runtime.images,
      cache: runtime.cache,
      seed: options.seed ?? seed,
    });
  }

  /**
   * Trains the suffix. The images run through the frozen prefix once for each view, and come from the cache thereafter.
   *
   * @param options - Without any: 25 epochs of Adam in batches of 8, at a learning rate of 0.001; the last epoch's weights are kept.
   * @returns A log for each epoch, the best one's number (from 1), and where the time went.
   * @throws DatasetError for a data set of other classes, or with too many unreadable images; TrainingError if the loss is no
   *   number; AbortedError if aborted.
   * @example `const history = await model.fit(train, { validation, epochs: 25 })`
   */
  async fit(train: Dataset, options: FitOptions = {}): Promise<FitHistory> {
    if (this.#built === undefined) await this.useClasses(train.classNames);
    const { classNames, prefix, suffix } = this.built;
    classIndices(train, classNames);
    const { runtime, seed } = this.parts;
    const [{ fitSuffix }, { solverOf }] = await Promise.all([import('./fit-suffix.js'), import('./solve-suffix.js')]);
    const solver = solverOf(this.parts, this.built);
    this.#calibration = undefined;
    const history = await fitSuffix(train, options, { prefix, suffix, classNames, runtime, seed, solver });
    await this.#remember({ stage: 'fit', train, options, history, solved: solver !== undefined });
    return history;
  }

  /**
   * Moves the freeze boundary into the backbone and trains what lies behind it, with the head's weights as they are. The images
   * run once through what stays frozen. With a validation set the best epoch's weights are kept, or those that it began with if
   * none was better.
   *
   * @returns As `fit`; epochs count through all stages, and `bestEpoch` is 0 if nothing became better.
   * @throws RangeError before `fit`, or for an unknown block or layer; what `fit` throws.
   * @see Keras' guide "Transfer learning and fine-tuning" (oracle: oracles/fine_tuning.py)
   * @example `await model.fineTune(train, { validation, unfreezeFrom: 'block5', learningRate: 1e-5, epochs: 10 })`
   */
  async fineTune(train: Dataset, options: FineTuneOptions): Promise<FitHistory> {
    classIndices(train, this.built.classNames);
    const { fineTuneStages } = await import('./fine-tune.js');
    this.#calibration = undefined;
    const history = await fineTuneStages(train, options, {
      parts: this.parts,
      current: () => this.built,
      replace: (built) => this.#replaceBuilt(built),
    });
    await this.#remember({ stage: 'fineTune', train, options, history, solved: false });
    return history;
  }

  /**
   * Sets what is done to the scores from now on: it is saved with the model, and forgotten when the model is trained again.
   * @param calibration - Undefined for the scores as they are.
   * @throws RangeError for values out of range, or a threshold of an unknown class.
   */
  useCalibration(calibration: ScoreCalibration | undefined): void {
    if (calibration !== undefined) checkCalibration(calibration, this.built.classNames);
    this.#calibration = calibration;
  }

  /**
   * Temperature scaling: finds what logits have to be divided by for scores that mean what they say, and uses it from now on.
   * Thresholds that were chosen before are dropped, for they were chosen on other scores.
   *
   * @param validation - Samples that were neither trained on nor will be tested on.
   * @throws what {@link evaluate} throws.
   * @see Guo et al., "On calibration of modern neural networks", 2017 (oracle: oracles/evaluation.py)
   * @example `const { temperature, before, after } = await model.calibrateTemperature(validation)`
   */
  async calibrateTemperature(validation: Dataset, options: RunModelOptions = {}): Promise<TemperatureScaling> {
    const { fitTemperature, temperatureWarning } = await import('../evaluation/fit-temperature.js');
    this.#calibration = undefined;
    const scaling = fitTemperature(await this.evaluate(validation, options));
    const warning = temperatureWarning(scaling);
    if (warning !== undefined) options.onWarning?.(warning);
    this.useCalibration({ temperature: scaling.temperature });
    return scaling;
  }

  /**
   * Chooses a threshold for classes, each against the rest, and labels by them from now on; scores stay as they are. Calibrate
   * the temperature first, if at all.
   *
   * @param validation - Samples that were neither trained on nor will be tested on.
   * @throws RangeError for options out of range; DatasetError where a class has no images or all; what {@link evaluate} throws.
   * @example `await model.chooseThresholds(validation, { criterion: 'sensitivity', minSensitivity: 0.95, classes: ['covid'] })`
   */
  async chooseThresholds(
    validation: Dataset,
    options: RunModelOptions & ChooseThresholdsOptions = {},
  ): Promise<ChosenThresholds> {
    const { chooseThresholds, thresholdsOf } = await import('../evaluation/choose-thresholds.js');
    const { temperature } = this.#calibration ?? {};
    const { signal, onProgress, onWarning, tolerableShare, ...criterion } = options;
    const evaluation = await this.evaluate(validation, { signal, onProgress, onWarning, tolerableShare });
    const chosen = chooseThresholds(evaluation, criterion);
    this.useCalibration({ ...(temperature !== undefined && { temperature }), thresholds: thresholdsOf(chosen) });
    return chosen;
  }

  /**
   * Predicts a labelled data set and compares.
   * @param options - `tta` averages over augmented views of each image. Default: the image alone.
   * @returns `accuracy` 0–1, `loss` (mean cross-entropy in nats, of the calibrated scores), `report`, `confusionMatrix` (rows are true
   *   classes), a prediction for each image that could be read, and those that could not.
   * @throws DatasetError for labels that the model does not know, or if more than a tenth of the images (`tolerableShare`) cannot be
   *   read; EngineError for scores that are no numbers; AbortedError.
   * @example `const { accuracy, report } = await model.evaluate(test); console.log(String(report))`
   */
  async evaluate(dataset: Dataset, options: PredictOptions = {}): Promise<Evaluation> {
    const { classNames } = this.built;
    classIndices(dataset, classNames);
    const { evaluatePredictions } = await import('../evaluation/evaluate.js');
    const { predictions, kept, skipped } = await this.#predict(dataset.samples, options);
    return evaluatePredictions(dataset, { classNames, predictions, kept, skipped });
  }

  /**
   * Predicts images.
   * @param inputs - Paths, addresses or encoded bytes.
   * @param options - `tta` averages over augmented views of each image. Default: the image alone.
   * @returns For each image that could be read, in order: its `label`, and by class name the `scores`, 0–1 and summing to 1.
   * @throws DatasetError if more than a tenth of them (`tolerableShare`) cannot be read; EngineError for scores that are no numbers;
   *   AbortedError.
   * @example `const { predictions } = await model.predict(['a.jpg']); predictions[0].scores // { covid: 0.93, normal: 0.07 }`
   */
  async predict(inputs: readonly ImageReference[], options: PredictOptions = {}): Promise<Predictions> {
    const images = inputs.map((source) => ({ source }));
    const { predictions, skipped } = await this.#predict(images, options);
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
   * @param extras - `embedBase: true` puts the backbone's weights beside them.
   * @throws ArtifactError if it cannot be written.
   * @example `await model.save('models/covid', { embedBase: true })`
   */
  async save(location: string, extras: SaveExtras = {}): Promise<void> {
    const { saveTransferModel } = await import('./save-transfer-model.js');
    await saveTransferModel(this, this.parts.runtime.openArtifact(location), extras);
  }

  /** Frees the tensors and the engine. The runtime stays open: it is the caller's. */
  async dispose(): Promise<void> {
    await this.#disposeBuilt();
    this.#built = undefined;
  }

  async #predict(
    images: readonly ImageToPredict[],
    options: PredictOptions,
  ): Promise<Predictions & { readonly kept: readonly number[] }> {
    if (images.length === 0) throw new DatasetError('there are no images to predict; pass at least one');
    const { classNames, suffix, prefix, unfrozen } = this.built;
    const { runtime } = this.parts;
    const { tta, augmentation, seed = this.parts.seed, ...run } = options;
    const requests = await testTimeViews(images, { tta, augmentation, seed });
    const { table, kept, skipped } = await collectFeatures(requests, { ...run, prefix, runtime });
    await runtime.prepareBackend(unfrozen === undefined ? 'training' : 'fineTuning', prefix.engine);
    const sources = kept.map((index) => (images[index] as ImageToPredict).source);
    const calibration = this.#calibration;
    return { predictions: await predictTable(table, { suffix, classNames, sources, calibration }), kept, skipped };
  }

  async #replaceBuilt(built: BuiltNetwork): Promise<void> {
    await this.#disposeBuilt();
    this.#built = built;
    this.#calibration = undefined;
  }

  /** What was known of its data and its test is no longer true. */
  async #remember(facts: Omit<TrainingStageFacts, 'seed'>): Promise<void> {
    const { trainingStageRecord } = await import('./training-stage-record.js');
    this.#history = facts.history;
    const earlier = this.#provenance?.training.stages ?? [];
    this.#provenance = provenanceOf(...earlier, trainingStageRecord({ ...facts, seed: this.parts.seed }));
  }

  async #disposeBuilt(): Promise<void> {
    await this.#built?.prefix.dispose();
    this.#built?.suffix.network.dispose();
  }
}

/** Further files and facts to keep with a saved model. */
export interface SaveExtras {
  /** Further facts about the training: plain JSON. */
  readonly training?: Readonly<Record<string, unknown>> | undefined;
  /** Further files by name, e.g. plots; not by the name of a part of the model, such as `graft.json`. */
  readonly files?: ReadonlyMap<string, Uint8Array> | undefined;
  /** All labelled images that the model was made from: their fingerprint and counts are kept. None by default. */
  readonly dataset?: Dataset | undefined;
  /** How the model does on its test images, by name. None by default. */
  readonly metrics?: Readonly<Record<string, number | null>> | undefined;
  /** Versions of what trained it, beside graft's own and TensorFlow.js', by name. */
  readonly versions?: Readonly<Record<string, string>> | undefined;
  /**
   * Puts the backbone's weights into the artifact too, so that loading it needs nothing else. They are as they are, float32, or
   * half precision where that loses nothing. Default: what the model was loaded from had them.
   */
  readonly embedBase?: boolean | undefined;
}

/** What a saved model is made anew from, beside its parts. */
export interface SavedState {
  readonly classNames: readonly string[];
  /** All of the suffix. */
  readonly weights: NetworkWeights;
  readonly calibration: ScoreCalibration | undefined;
  readonly provenance: Provenance;
}
