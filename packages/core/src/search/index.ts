// What the searches of `@graft-ml/core` are made of.
export { backboneComparison, checkBackboneNames, comparedBackbone, countParameters } from './measure-backbones.js';
export { defaultSearchSpace } from './search-space.js';
