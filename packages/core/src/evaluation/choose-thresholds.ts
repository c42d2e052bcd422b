import { bestThreshold, type BestThreshold, type BestThresholdOptions } from '@graft-ml/metrics';
import { DatasetError } from '../errors.js';
import type { Evaluation } from './evaluate.js';

/** Options of {@link chooseThresholds}. */
export interface ChooseThresholdsOptions extends Pick<
  BestThresholdOptions,
  'criterion' | 'beta' | 'minSensitivity' | 'minSpecificity'
> {
  /** The classes to choose thresholds for. Default: of two classes the second, of more all. */
  readonly classes?: readonly string[] | undefined;
}

/** Thresholds by class, and what they achieve, each class against the rest, on the images that they were chosen on. */
export type ChosenThresholds = Readonly<Record<string, BestThreshold>>;

/**
 * Chooses thresholds of classes, each against the rest.
 *
 * @param evaluation - On validation images, never on those of the test.
 * @throws RangeError for options out of range, or an unknown class; DatasetError where the images are all, or none, of a class.
 * @see `bestThreshold` for the criteria (oracle: oracles/evaluation.py)
 */
export function chooseThresholds(evaluation: Evaluation, options: ChooseThresholdsOptions = {}): ChosenThresholds {
  const { predictions, classNames } = evaluation;
  const { classes = classNames.length === 2 ? classNames.slice(1) : classNames, ...criterion } = options;
  if (classes.length === 0) throw new RangeError('classes is empty; name the classes to choose thresholds for');
  const chosen = classes.map((name) => {
    if (!classNames.includes(name)) {
      throw new RangeError(`classes has "${name}", none of this model's classes: ${classNames.join(', ')}`);
    }
    const yTrue = predictions.map(({ trueLabel }) => Number(trueLabel === name));
    const positives = yTrue.filter((label) => label === 1).length;
    if (positives === 0 || positives === yTrue.length) {
      const what = positives === 0 ? 'no image' : 'no image but those';
      throw new DatasetError(
        `there is ${what} of "${name}" to choose a threshold on; use a larger validation set, or leave this class out`,
      );
    }
    const scores = predictions.map((prediction) => prediction.scores[name] ?? 0);
    return [name, bestThreshold(yTrue, scores, criterion)] as const;
  });
  return Object.fromEntries(chosen);
}

/** The thresholds alone. A score of 0 is no threshold: everything would reach it. */
export function thresholdsOf(chosen: ChosenThresholds): Record<string, number> {
  const entries = Object.entries(chosen).map(([name, { threshold }]) => [name, Math.max(threshold, Number.MIN_VALUE)]);
  return Object.fromEntries(entries) as Record<string, number>;
}
