// Building, training and using a model
export { buildTransferModel, type BuildOptions } from './model/build-transfer-model.js';
export { manifestName } from './model/artifact-manifest.js';
export { loadTransferModel, type LoadOptions } from './model/load-transfer-model.js';
export {
  TransferModel,
  type LoadedWeights,
  type Predictions,
  type RunModelOptions,
  type SaveExtras,
  type TransferModelParts,
} from './model/transfer-model.js';
export type { FitOptions } from './model/fit-options.js';
export type { FitHistory } from './model/fit-suffix.js';
export type { Prediction } from './model/predict.js';
export { refuseTooManySkipped, type SkippedImage } from './model/collect-features.js';
export { getPreset, type Preset, type PresetOverrides } from './jobs/presets.js';
export { runTrainingJob, type TrainingJobOptions, type TrainingJobResult } from './jobs/training-job.js';
export type { Progress, ProgressListener } from './progress.js';

// Evaluation
export type { Evaluation, LabelledPrediction } from './evaluation/evaluate.js';
export { summarizePredictions, type PredictionSummary } from './evaluation/summarize-predictions.js';

// Data
export type { Dataset, Sample } from './dataset/dataset.js';
export { splitDataset, type DatasetSplit, type SplitDatasetOptions } from './dataset/split-dataset.js';
export {
  trainTestSplit,
  type StratumLabel,
  type TrainTestSplit,
  type TrainTestSplitOptions,
} from './dataset/train-test-split.js';
export {
  describeImage,
  type ImageBatch,
  type ImageBytes,
  type ImageReference,
  type InputSize,
  type Interpolation,
  type ResizeOptions,
  type RgbImage,
} from './image.js';

export { resizeBilinear } from './preprocessing/resize-bilinear.js';

export { SYNTHETIC_FINDINGS, type SyntheticFinding } from './synthetic/chest-lesions.js';
export { syntheticChestImage, type SyntheticChestOptions } from './synthetic/synthetic-chest-image.js';

// Augmentation
export type { Augmentation, AugmentationParameters } from './augmentation/augmentation.js';
export { composeAugmentations } from './augmentation/compose-augmentations.js';
export type { FillMode, FillOptions } from './augmentation/affine-transform.js';
export { flip, type FlipOptions, type FlipParameters } from './augmentation/flip.js';
export { listAugmentations, parseAugmentations } from './augmentation/parse-augmentations.js';
export { rotate, type RotateOptions, type RotateParameters } from './augmentation/rotate.js';

// Randomness
export { keyedRandom, type RandomGenerator, type RandomKey } from './random/keyed-random.js';
export { pythonShuffle } from './random/python-shuffle.js';

// Backbones and their weights
export { getBackbone, listBackbones, listBackboneVariants } from './backbones/registry.js';
export type { BackboneBlock, BackboneDefinition } from './backbones/backbone-definition.js';
export {
  findPublishedWeights,
  listPublishedWeights,
  publishedWeightsBase,
  type PublishedFile,
  type PublishedWeights,
} from './backbones/published-weights.js';
export { preprocessings, type Preprocessing, type PreprocessingMode } from './preprocessing/preprocessing.js';
export { assignWeights } from './weights/assign-weights.js';
export { seededWeights } from './weights/seeded-weights.js';
export type { NetworkWeights, StoredLayer, StoredWeight, WeightFile, WeightTensor } from './weights/weight-file.js';

export { weightsDigest } from './weights/weights-digest.js';

// Tensor files
export { float32FromFloat16 } from './tensor-files/float16.js';
export { encodeNpy, npyHeader } from './tensor-files/npy.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  float32FromSafetensors,
  parseSafetensorsHeader,
  safetensorsHeader,
  safetensorsHeaderLength,
  safetensorsPrefixLength,
  type FloatTensor,
} from './tensor-files/safetensors.js';

// Heads
export { listHeads } from './head/head-registry.js';
export type { HeadDefinition, HeadOptions } from './head/head-definition.js';

// Training
export { historyChart, type HistoryChartOptions, type VegaLiteSpec } from './training/history-chart.js';
export { bestCheckpoint, type BestCheckpointOptions } from './training/callbacks/best-checkpoint.js';
export type { TrainingCallback, TrainingControl, WeightSnapshot } from './training/callback.js';
export type { EpochLog, History } from './training/history.js';

// Features and export
export {
  extractFeatures,
  type ExtractedFeatures,
  type ExtractFeaturesOptions,
  type Pooling,
} from './features/extract-features.js';
export type { FeatureResult } from './features/feature-stream.js';
export { memoryFeatureCache } from './features/memory-feature-cache.js';
export { exportOnnx, type ExportOnnxOptions } from './onnx/export-onnx.js';

// Ports, and what implements them
export type { ArtifactStore } from './ports/artifact-store.js';
export { checkBatch } from './ports/check-batch.js';
export type { FeatureCache } from './ports/feature-cache.js';
export type { Engine, EngineStatus, FeatureExtractor, FrozenPrefix } from './ports/feature-extractor.js';
export type { ImageSource } from './ports/image-source.js';
export type { BackendUse, Runtime } from './ports/runtime.js';
export type { OpenWeightsOptions, WeightSource } from './ports/weight-source.js';
export { tfjsEngine, type TfjsEngineOptions } from './engines/tfjs-engine.js';

// Errors
export {
  AbortedError,
  ArtifactError,
  CacheError,
  DatasetError,
  DownloadError,
  EngineError,
  GraftError,
  ImageError,
  isGraftError,
  quoteNames,
  reasonOf,
  throwIfAborted,
  TrainingError,
  UnsupportedLayerError,
  WeightsError,
  type GraftErrorCode,
  type GraftErrorOptions,
} from './errors.js';
