import type { Dataset } from '../dataset/dataset.js';
import type { TrainingJobOptions, TrainingJobResult } from '../jobs/training-job.js';
import type { BuildOptions } from '../model/build-transfer-model.js';
import type { TransferModel } from '../model/transfer-model.js';

/** Options of {@link compareBackbones}. */
export interface CompareBackbonesOptions {
  /** What `buildTransferModel` takes; the classes and the seed are the job's. */
  readonly build: Omit<BuildOptions, 'classNames' | 'seed'>;
  /** What `runTrainingJob` takes. */
  readonly job: TrainingJobOptions;
  /** Told of each model that was trained, before it is disposed: to save it, for example. */
  readonly onModel?:
    ((name: string, model: TransferModel, result: TrainingJobResult) => void | Promise<void>) | undefined;
}

/** One backbone's figures on the split that all share. */
export interface ComparedBackbone {
  readonly backbone: string;
  /** On the test samples, 0–1. */
  readonly accuracy: number;
  /** Mean of the classes' F1 scores on the test samples, 0–1. */
  readonly macroF1: number;
  /** Mean cross-entropy on the test samples. */
  readonly loss: number;
  /** Weights of the backbone and the head. */
  readonly parameters: number;
  /** What they take in memory as float32, in bytes. */
  readonly bytes: number;
  /** Building, running every image and training, in seconds. */
  readonly seconds: number;
  /** Images for each second of the first pass; out of the cache where they were in it. */
  readonly imagesPerSecond: number;
}

/** A backbone that could not be compared, and why. */
export interface FailedBackbone {
  readonly backbone: string;
  readonly reason: string;
}

/** What {@link compareBackbones} found. `String(comparison)` is a table. */
export interface BackboneComparison {
  /** In the order of the names; those that failed have a `reason`. */
  readonly rows: readonly (ComparedBackbone | FailedBackbone)[];
  /** The name of the most accurate one (of several the one of least loss); undefined if all failed. */
  readonly best: string | undefined;
  toString(): string;
}

/**
 * Trains the same head on several backbones, with the same split and seed: the notebook's list of models. A backbone that fails
 * is a row with the reason, and the others go on.
 *
 * @param names - Names of `listBackbones()`, each once.
 * @throws RangeError for no name, or one twice; AbortedError if aborted.
 * @example `console.log(String(await compareBackbones(['vgg16', 'vgg19'], dataset, { build: { runtime }, job: { seed: 42 } })))`
 */
export async function compareBackbones(
  names: readonly string[],
  dataset: Dataset,
  options: CompareBackbonesOptions,
): Promise<BackboneComparison> {
  const { measureBackbones } = await import('./measure-backbones.js');
  return measureBackbones(names, dataset, options);
}
