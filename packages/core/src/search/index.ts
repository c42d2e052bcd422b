// What the searches of `@graft-ml/core` are made of.
export { joinFolds, type FoldOutcome, type FoldPrediction } from './fold-outcome.js';
export { backboneComparison, checkBackboneNames, comparedBackbone, countParameters } from './measure-backbones.js';
export { defaultSearchSpace } from './search-space.js';
export type { DatasetFold } from './cross-validation-folds.js';
export { planFolds, trainSomeFolds } from './train-folds.js';
