import type { CalibrationStage } from '@graft-ml/core';
import { parseThresholdCriterion } from './parse-threshold-criterion.js';

/** How a job is told to calibrate. */
export interface CalibrationSettings {
  /** Fits the temperature. Default: false. */
  readonly temperatureScaling?: boolean | undefined;
  /** What thresholds are chosen for, as `parseThresholdCriterion` reads it. Default: none. */
  readonly thresholds?: string | undefined;
  /** The classes to choose thresholds for. Default: of two classes the second, of more all. */
  readonly thresholdClass?: readonly string[] | undefined;
}

/**
 * What a training does to its model's scores; undefined for nothing.
 * @throws RangeError for a criterion that is none, or a class for thresholds that are not asked for.
 */
export function calibrationStage(settings: CalibrationSettings): CalibrationStage | undefined {
  const { temperatureScaling = false, thresholds, thresholdClass: classes } = settings;
  if (thresholds === undefined && classes !== undefined) {
    throw new RangeError('a class for thresholds is named, but no thresholds are asked for; add --thresholds');
  }
  if (!temperatureScaling && thresholds === undefined) return undefined;
  return {
    temperature: temperatureScaling,
    thresholds: thresholds === undefined ? undefined : { ...parseThresholdCriterion(thresholds), classes },
  };
}
