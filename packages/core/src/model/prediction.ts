import { EngineError } from '../errors.js';
import { describeImage, type ImageReference } from '../image.js';
import { decideClass, scaleScores, type ScoreCalibration } from './score-calibration.js';

/** What a model says of one image. */
export interface Prediction {
  /** The image as it was given. */
  readonly source: ImageReference;
  /** The class with the highest score, or the one that the model's thresholds call. */
  readonly label: string;
  /** A score for each class, 0–1, summing to 1. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Whose scores they are, and what becomes of them. */
export interface ScoreContext {
  readonly classNames: readonly string[];
  readonly source: ImageReference;
  /** Default: the scores as they are. */
  readonly calibration?: ScoreCalibration | undefined;
}

/**
 * Names one image's scores, which stand in the order of the classes.
 * @throws EngineError for a score that is no number.
 */
export function describeScores(values: ArrayLike<number>, context: ScoreContext): Prediction {
  return describeViews([values], context);
}

/** As {@link describeScores}, for several views of one image: the mean of their scores counts. */
export function describeViews(views: readonly ArrayLike<number>[], context: ScoreContext): Prediction {
  const { classNames, source, calibration = {} } = context;
  const scaled = views.map((values) => {
    if (Array.prototype.some.call(values, (value: number) => !Number.isFinite(value))) {
      throw new EngineError(
        `the model scores ${describeImage(source)} with what is no number; its weights are damaged, or training it went ` +
          `astray: train it again`,
        { subject: describeImage(source) },
      );
    }
    return scaleScores(values, calibration.temperature);
  });
  const [first = []] = scaled;
  const scores =
    scaled.length === 1
      ? first
      : classNames.map((_, k) => scaled.reduce((sum, values) => sum + (values[k] ?? 0), 0) / scaled.length);
  return {
    source,
    label: classNames[decideClass(scores, { classNames, thresholds: calibration.thresholds })] ?? '',
    // A class may be called `__proto__`: entries, not assignments.
    scores: Object.fromEntries(classNames.map((name, index) => [name, scores[index] ?? 0])),
  };
}
