import {
  buildTransferModel,
  createDataset,
  DatasetError,
  flip,
  rotate,
  splitDataset,
  type EpochLog,
  type Evaluation,
  type Progress,
  type Runtime,
  type TransferModel,
} from '@graft-ml/core';
import type { ImageClass } from './image-classes.js';

/** How {@link trainClassifier} trains. */
export interface TrainClassifierOptions {
  readonly runtime: Runtime;
  readonly epochs: number;
  /** Also train on each picture mirrored and turned a little. */
  readonly augment: boolean;
  readonly onProgress: (progress: Progress) => void;
  readonly onEpoch: (log: EpochLog) => void;
  readonly signal: AbortSignal;
}

/** A trained model, and how it does on pictures that it never saw. */
export interface TrainedClassifier {
  readonly model: TransferModel;
  readonly evaluation: Evaluation;
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
}

/** So many of each class, or one of the three sides has none. */
const fewest = 5;

/**
 * Trains a head on graft-tiny: three fifths of the pictures to learn from, a fifth to choose the best epoch by, a fifth to test.
 * @throws DatasetError for fewer than two classes, names that are empty or the same, or too few pictures.
 */
export async function trainClassifier(
  classes: readonly ImageClass[],
  options: TrainClassifierOptions,
): Promise<TrainedClassifier> {
  checkClasses(classes);
  const { runtime, epochs, augment, onProgress, onEpoch, signal } = options;
  const dataset = createDataset(
    classes.flatMap(({ name, examples }) => examples.map(({ id, bytes }) => ({ id, source: bytes, label: name }))),
  );
  const { train, validation, test } = splitDataset(dataset, { testSize: 0.2, validationSize: 0.2 });
  const model = await buildTransferModel('graft-tiny', { runtime, onProgress, signal });
  try {
    await model.fit(train, {
      validation,
      epochs,
      ...(augment && { augmentation: [flip({ horizontal: true }), rotate({ degrees: 15 })], views: 3 }),
      callbacks: [{ onEpochEnd: onEpoch }],
      onProgress,
      signal,
    });
    const evaluation = await model.evaluate(test, { signal });
    const counts = {
      train: train.samples.length,
      validation: validation?.samples.length ?? 0,
      test: test.samples.length,
    };
    return { model, evaluation, counts };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

function checkClasses(classes: readonly ImageClass[]): void {
  if (classes.length < 2) throw new DatasetError('there is nothing to tell apart; add a second class');
  const names = classes.map(({ name }) => name);
  if (names.includes('')) throw new DatasetError('a class has no name; give it one');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new DatasetError(`two classes are called "${twice}"; rename one of them`);
  const small = classes.find(({ examples }) => examples.length < fewest);
  if (small !== undefined) {
    const { length } = small.examples;
    throw new DatasetError(
      `"${small.name}" has ${length} picture${length === 1 ? '' : 's'}; give it ${fewest} at least, better 20`,
    );
  }
}
