// Drawn images with findings, for demos and tests: no person's.
export { SYNTHETIC_FINDINGS, type SyntheticFinding } from './chest-lesions.js';
export { syntheticChestImage, type SyntheticChestOptions } from './synthetic-chest-image.js';
