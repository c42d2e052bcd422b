/** The figures of a whole data set, as they are called in tables, and their names. */
export const figureTitles = [
  ['accuracy', 'accuracy'],
  ['balanced accuracy', 'balancedAccuracy'],
  ['F1 score (macro)', 'macroF1'],
  ['AUC (one against rest)', 'rocAuc'],
  ['average precision', 'averagePrecision'],
  ['cross-entropy', 'loss'],
  ['calibration error', 'expectedCalibrationError'],
] as const;
