import { textTable, type ScoreCalibration } from '@graft-ml/core';
import type { CalibrateModelResult } from '../jobs/calibrate-model.js';
import { printLine } from './print-result.js';
import { visibleText } from '../visible-text.js';

/** What was fitted, and what it does for the images that it was fitted on. */
export function printCalibrateResult({ model, images, scaling, thresholds }: CalibrateModelResult): void {
  printLine(`from ${images} images; saved with ${visibleText(model)}`);
  if (scaling !== undefined) {
    const { temperature, before, after } = scaling;
    printLine();
    printLine(`temperature: ${temperature.toFixed(4)}`);
    printLine(
      textTable([
        ['', 'before', 'after'],
        ['cross-entropy', before.loss.toFixed(4), after.loss.toFixed(4)],
        ['calibration error', before.expectedCalibrationError.toFixed(4), after.expectedCalibrationError.toFixed(4)],
      ]),
    );
  }
  if (thresholds === undefined) return;
  printLine();
  const rows = Object.entries(thresholds).map(([name, { threshold, sensitivity, specificity, precision }]) => [
    visibleText(name),
    threshold.toPrecision(4),
    ...[sensitivity, specificity, precision].map((value) => value.toFixed(3)),
  ]);
  printLine(textTable([['class', 'threshold', 'sensitivity', 'specificity', 'precision'], ...rows]));
}

/** What a model does to its scores, a line or two. */
export function printCalibrationOf({ temperature, thresholds }: ScoreCalibration = {}, whose = ''): void {
  const scaled = temperature === undefined ? '1 (not fitted: graft calibrate does it)' : temperature.toFixed(4);
  printLine(`temperature${whose}: ${scaled}`);
  if (thresholds === undefined) return;
  const limits = Object.entries(thresholds).map(([name, value]) => `${visibleText(name)} ${value.toPrecision(4)}`);
  printLine(`thresholds${whose}: ${limits.join(', ')}`);
}
