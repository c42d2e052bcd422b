import { expectedCalibrationError } from '@graft-ml/metrics';
import { logScores, scaleScores } from '../model/score-calibration.js';
import { bestTemperature, hasBestTemperature } from './best-temperature.js';
import type { Evaluation } from './evaluate.js';
import { notAProbability, scoreRow } from './score-rows.js';

/** How well scores say how often a model is right. */
export interface CalibrationFigures {
  /** Mean cross-entropy. */
  readonly loss: number;
  /** In 15 bins of equal width, 0–1. */
  readonly expectedCalibrationError: number;
}

/** What {@link fitTemperature} found. */
export interface TemperatureScaling {
  /** Above 0; above 1 for a model that was too certain. */
  readonly temperature: number;
  /** How many images it comes from. */
  readonly images: number;
  /** How many of them do not have their own class on top: what a temperature is learnt from. */
  readonly wrong: number;
  readonly before: CalibrationFigures;
  readonly after: CalibrationFigures;
  /** Why the temperature stays 1, where no temperature is best; null where one is. */
  readonly reason: string | null;
}

/**
 * The temperature of least cross-entropy over the images of an evaluation, and what it does for them. Loss and calibration error
 * after it are those of the images that it was fitted on: measure both on a test set.
 *
 * @param evaluation - On validation images, without a temperature; its scores are those of the images' classes.
 * @throws RangeError for scores that do not sum to 1.
 * @see Guo et al., "On calibration of modern neural networks", 2017 (oracle: oracles/evaluation.py)
 */
export function fitTemperature(evaluation: Evaluation): TemperatureScaling {
  const { predictions, classNames } = evaluation;
  const stranger = notAProbability(evaluation);
  if (stranger !== undefined) {
    throw new RangeError(
      `a temperature is for a model whose scores sum to 1: ${stranger}; train it with a softmax head`,
    );
  }
  const scores = predictions.map((prediction) => scoreRow(prediction, classNames));
  const labels = predictions.map(({ trueLabel }) => classNames.indexOf(trueLabel));
  const rows = scores.map((row, place) => ({ logits: logScores(row), label: labels[place]! }));
  const reason = reasons[hasBestTemperature(rows)];
  const temperature = reason === null ? bestTemperature(rows) : 1;
  const figures = (divisor: number): CalibrationFigures => {
    const scaled = scores.map((row) => scaleScores(row, divisor));
    const losses = scaled.map((row, place) => -logScores(row)[labels[place]!]!);
    return {
      loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
      expectedCalibrationError: expectedCalibrationError(labels, scaled, { labels: [...classNames.keys()] }),
    };
  };
  const wrong = scores.filter((row, place) => row[labels[place]!] !== Math.max(...row)).length;
  const [before, after] = [figures(1), figures(temperature)];
  return { temperature, images: predictions.length, wrong, before, after, reason };
}

// With fewer the temperature hangs on each single one of them.
const enoughWrong = 10;

/** What a user should know of a temperature; undefined if it is as good as any. */
export function temperatureWarning({ reason, wrong, images }: TemperatureScaling): string | undefined {
  if (reason !== null) return reason;
  if (wrong >= enoughWrong) return undefined;
  return (
    `the temperature comes from ${images} images, of which ${wrong} ${wrong === 1 ? 'is' : 'are'} wrong: too few errors to rely on, ` +
    'and other images may come out worse; use more validation images'
  );
}

const reasons = {
  yes: null,
  allRight: 'every validation image has its own class on top, so that no temperature is best; it stays 1',
  noBetterThanChance:
    "the true classes' scores are no better than the others', so that no temperature is best; it stays 1",
} as const;
