export { artifactStoreContract } from './artifact-store-contract.js';
export type { ContractCheck } from './contract.js';
export { featureCacheContract, type FeatureCacheFixture } from './feature-cache-contract.js';
export { featureExtractorContract, type FeatureExtractorFixture } from './feature-extractor-contract.js';
export { imageSourceContract, type EncodedImage, type ImageSourceSamples } from './image-source-contract.js';
export { weightSourceContract, type WeightSourceSamples } from './weight-source-contract.js';
