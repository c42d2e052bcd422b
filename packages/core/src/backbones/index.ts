// All architectures at once, for tools that walk through them. A page loads one with `loadBackbone` of `@graft-ml/core`.
export { getBackbone, listBackbones, listBackboneVariants } from './registry.js';
export { buildWithTop } from './build-with-top.js';
