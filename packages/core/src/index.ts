// Building, training and using a model
export { buildTransferModel, type BuildOptions } from './model/build-transfer-model.js';
export { checkArtifactFileName } from './model/artifact-file-name.js';
export { manifestName, maximumManifestBytes } from './model/artifact-names.js';
export { describeArtifact, type ArtifactDescription } from './model/describe-artifact.js';
export { loadTransferModel, type LoadOptions } from './model/load-transfer-model.js';
export { trainedLayers } from './model/trained-layers.js';
export {
  exportModel,
  type ExportedModel,
  type ExportOptions,
  type FileParts,
  type PortableFormat,
} from './export/export-model.js';
export {
  kerasNetwork,
  type KerasLayerConfig,
  type KerasModelConfig,
  type KerasNetwork,
  type KerasReference,
} from './export/keras-network.js';
export type { ModelDescription } from './export/model-description.js';
export type {
  LoadedWeights,
  PredictOptions,
  Predictions,
  RunModelOptions,
  SaveExtras,
  TransferModel,
  TransferModelParts,
} from './model/transfer-model.js';
export type { CheckpointOptions, EpochSampler, FitOptions } from './model/fit-options.js';
export type { BatchNormalizationMode, Unfrozen } from './model/build-network.js';
export type { FineTuneOptions } from './model/fine-tune-options.js';
export { fitDefaults, type FitDefaults } from './model/fit-defaults.js';
export type { FitHistory } from './model/fit-suffix.js';
export type { DataRecord, Provenance, TrainingStageRecord } from './model/provenance.js';
export type { Prediction } from './model/prediction.js';
export { saveCalibration } from './model/save-calibration.js';
export type { ScoreCalibration } from './model/score-calibration.js';
export type { TestTimeAugmentation } from './model/test-time-views.js';
export { openPredictor, type Predictor } from './model/open-predictor.js';
export type { SkippedImage } from './model/collect-features.js';
export { refuseTooManySkipped } from './model/refuse-too-many-skipped.js';
export { planPasses, type PassPlan, type PlanPassesOptions } from './jobs/plan-passes.js';
export { getPreset, type Preset, type PresetOverrides } from './jobs/presets.js';
export { runFeatureJob, type FeatureJobOptions, type FeatureJobResult } from './jobs/feature-job.js';
export {
  checkTrainingJob,
  runHeadJob,
  runTestJob,
  runTrainingJob,
  type CalibrationStage,
  type FineTuneStage,
  type JobModel,
  type TrainedHead,
  type TrainingJobOptions,
  type TrainingJobResult,
} from './jobs/training-job.js';
export type { Progress, ProgressListener } from './progress.js';

// Evaluation; what compares and judges evaluations is in `@graft-ml/core/evaluation`
export type { ChooseThresholdsOptions, ChosenThresholds } from './evaluation/choose-thresholds.js';
export type { Evaluation, LabelledPrediction } from './evaluation/evaluate.js';
export type { CalibrationFigures, TemperatureScaling } from './evaluation/fit-temperature.js';

// Audit
export { auditDataset, type AuditOptions, type AuditPorts } from './audit/audit-dataset.js';
export type { ImageFacts, ImageInspector } from './audit/image-facts.js';
export type {
  AuditCheck,
  AuditCheckName,
  AuditInterval,
  AuditReport,
  AuditTable,
  AuditVerdict,
  CheckVerdict,
  ClassFigure,
} from './audit/audit-report.js';

// Explanation
export { gradCam, streamGradCam, type GradCamOptions, type GradientMethod } from './explain/grad-cam.js';
export type { ExplainOptions } from './explain/explain-options.js';
export type { ExplanationMethod, HeatMap } from './explain/heat-map.js';
export type { OcclusionFill } from './explain/occlusion-patches.js';
export {
  occlusionSensitivity,
  streamOcclusionSensitivity,
  type OcclusionSensitivityOptions,
} from './explain/occlusion-sensitivity.js';
export { explanationSanityCheck, type SanityCheck, type SanityCheckOptions } from './explain/sanity-check.js';
export type { SanityStep, SanityVerdict } from './explain/sanity-verdict.js';

// Data
export { createDataset, type LabelledImage } from './dataset/create-dataset.js';
export type { Dataset, Sample, SkippedSource, SplitName } from './dataset/dataset.js';
export { splitDataset, type DatasetSplit, type SplitDatasetOptions } from './dataset/split-dataset.js';
export type { StratumLabel } from './dataset/label-codes.js';
export type { Fold, FoldOptions, StratifiedFoldOptions } from './dataset/fold.js';
export { kFold } from './dataset/k-fold.js';
export { repeatedStratifiedKFold, stratifiedKFold, type RepeatedFoldOptions } from './dataset/stratified-k-fold.js';
export { groupKFold } from './dataset/group-k-fold.js';
export { stratifiedGroupKFold } from './dataset/stratified-group-k-fold.js';
export { leaveOneGroupOut } from './dataset/leave-one-group-out.js';
export { groupShuffleSplit, type GroupShuffleSplitOptions } from './dataset/group-shuffle-split.js';
export { groupLabels, parseGroupBy, type GroupBy, type GroupLabelsOptions } from './dataset/group-by.js';
export { requireGroupPure } from './dataset/require-group-pure.js';
export { datasetFingerprint } from './dataset/dataset-fingerprint.js';
export { csvLine, plainCell } from './dataset/parse-csv.js';
export { splitFromCsv, splitToCsv } from './dataset/split-csv.js';
export { computeClassWeight, computeSampleWeight, type ClassWeight } from './dataset/class-weight.js';
export { sampleOrder, type Sampler, type SampleOrderOptions } from './dataset/sample-order.js';
export { trainTestSplit, type TrainTestSplit, type TrainTestSplitOptions } from './dataset/train-test-split.js';
export {
  describeImage,
  type ImageBatch,
  type ImageBytes,
  type ImageReference,
  type InputSize,
  type Interpolation,
  type ResizeMode,
  type ResizeOptions,
  type RgbImage,
} from './image.js';

export { resizeBilinear } from './preprocessing/resize-bilinear.js';
export { resizeGeometry, type ResizeGeometry } from './preprocessing/resize-geometry.js';
export { resizeImage } from './preprocessing/resize-image.js';

// Augmentation
export type { Augmentation, AugmentationParameters } from './augmentation/augmentation.js';
export { composeAugmentations } from './augmentation/compose-augmentations.js';
export { listAugmentations, parseAugmentations } from './augmentation/parse-augmentations.js';
export type { AffineMap, AffineTransform, FillMode, FillOptions } from './augmentation/affine-transform.js';
export type { ChanceOptions, ChanceParameters } from './augmentation/chance-augmentation.js';
export type { FactorRange } from './augmentation/factor-range.js';
export { autocontrast } from './augmentation/autocontrast.js';
export { brightness, type BrightnessOptions, type BrightnessParameters } from './augmentation/brightness.js';
export { channelShift, type ChannelShiftOptions, type ChannelShiftParameters } from './augmentation/channel-shift.js';
export { clahe, type ClaheOptions } from './augmentation/clahe.js';
export { colorJitter, type ColorJitterOptions, type ColorJitterParameters } from './augmentation/color-jitter.js';
export { cutMix, type CutBox, type CutMixedBatch } from './augmentation/cut-mix.js';
export type { BoxParameters } from './augmentation/draw-box.js';
export { equalize } from './augmentation/equalize.js';
export { flip, type FlipOptions, type FlipParameters } from './augmentation/flip.js';
export { gaussianBlur, type GaussianBlurOptions, type GaussianBlurParameters } from './augmentation/gaussian-blur.js';
export {
  imageDataGenerator,
  type ImageDataGeneratorOptions,
  type ImageDataGeneratorParameters,
} from './augmentation/image-data-generator.js';
export { invert } from './augmentation/invert.js';
export type { LabelledBatch, MixedBatch, MixOptions } from './augmentation/labelled-batch.js';
export { mixUp } from './augmentation/mix-up.js';
export type { PolicyStep } from './augmentation/policy-operations.js';
export { posterize, type PosterizeOptions } from './augmentation/posterize.js';
export { randAugment, type RandAugmentOptions } from './augmentation/rand-augment.js';
export { randomCrop, type RandomCropOptions, type RandomCropParameters } from './augmentation/random-crop.js';
export {
  randomErasing,
  type RandomErasingOptions,
  type RandomErasingParameters,
} from './augmentation/random-erasing.js';
export { randomResizedCrop, type RandomResizedCropOptions } from './augmentation/random-resized-crop.js';
export { rotate, type RotateOptions, type RotateParameters } from './augmentation/rotate.js';
export { sharpen, type SharpenOptions } from './augmentation/sharpen.js';
export { shear, type ShearOptions, type ShearParameters } from './augmentation/shear.js';
export { shift, type ShiftOptions, type ShiftParameters, type ShiftRange } from './augmentation/shift.js';
export { solarize, type SolarizeOptions } from './augmentation/solarize.js';
export { trivialAugmentWide, type TrivialAugmentWideOptions } from './augmentation/trivial-augment-wide.js';
export { zoom, type ZoomOptions, type ZoomParameters, type ZoomRange } from './augmentation/zoom.js';

// Randomness
export { keyedRandom, type RandomGenerator, type RandomKey } from './random/keyed-random.js';
export { pythonShuffle } from './random/python-shuffle.js';

// Backbones and their weights
export type { BackboneFacts } from './backbones/backbone-facts.js';
export { listBackbones, listBackboneVariants, loadBackbone } from './backbones/backbone-table.js';
export { defineBackbone, type BackboneBlueprint } from './backbones/define-backbone.js';
export type { BackboneBlock, BackboneDefinition, TorchBackbone } from './backbones/backbone-definition.js';
export type { Dialect, TorchDialect } from './backbones/dialect.js';
export {
  decodePredictions,
  parseImagenetClasses,
  type DecodedPrediction,
  type ImagenetClass,
} from './backbones/imagenet-classes.js';
export { preprocessings, type Preprocessing, type PreprocessingMode } from './preprocessing/preprocessing.js';
export { assignWeights } from './weights/assign-weights.js';
export { kerasLayers, type KerasLayer, type KerasWeight } from './weights/keras-layers.js';
export { seededWeights } from './weights/seeded-weights.js';
export { separateAddedLayers } from './weights/separate-added-layers.js';
export type {
  NetworkWeights,
  StoredLayer,
  StoredWeight,
  TorchFileFacts,
  WeightFile,
  WeightTensor,
} from './weights/weight-file.js';

export { weightsDigest } from './weights/weights-digest.js';

// Heads
export { getHead, listHeads, type HeadChoice, type HeadName, type NamedHead } from './head/head-registry.js';
export type { CustomHead, CustomHeadOptions } from './head/custom-head.js';
export {
  logisticRegression,
  type FeatureMatrix,
  type LogisticRegression,
  type LogisticRegressionOptions,
} from './head/linear/logistic-regression.js';
export { chooseC, type ChooseCOptions, type ChosenC, type CScoring } from './head/linear/choose-c.js';
export type { HeadDefinition, HeadOptions } from './head/head-definition.js';

// Training
export type {
  CallbackState,
  StartLog,
  TrainingCallback,
  TrainingControl,
  WeightSnapshot,
} from './training/callback.js';
export { bestCheckpoint, type BestCheckpointOptions } from './training/callbacks/best-checkpoint.js';
export { csvLogger } from './training/callbacks/csv-logger.js';
export { earlyStopping, type EarlyStoppingOptions } from './training/callbacks/early-stopping.js';
export { jsonlLogger } from './training/callbacks/jsonl-logger.js';
export type { MonitorOptions } from './training/callbacks/monitor.js';
export {
  reduceLearningRateOnPlateau,
  type ReduceLearningRateOnPlateauOptions,
} from './training/callbacks/reduce-learning-rate-on-plateau.js';
export { tensorboardLogger, type TensorboardLoggerOptions } from './training/callbacks/tensorboard-logger.js';
export { terminateOnNaN } from './training/callbacks/terminate-on-nan.js';
export type { EpochLog, History } from './training/history.js';
export type { LearningRateSchedule, SchedulePlan } from './training/learning-rate-schedule.js';
export type { Loss } from './training/losses/loss.js';
export { listLosses, type LossName, type LossOptions } from './training/losses/loss-registry.js';
export { listOptimizers, type OptimizerName, type OptimizerOptions } from './training/optimizers/optimizer-registry.js';
export { listSchedules, type ScheduleName, type ScheduleOptions } from './training/schedules/schedule-registry.js';
export { listValidationMetrics, type ValidationMetricName } from './training/validation-metric-names.js';
export type { ValidationMetric, ValidationOutcome } from './training/validation-metric.js';

// Search
export {
  compareBackbones,
  type BackboneComparison,
  type CompareBackbonesOptions,
  type ComparedBackbone,
  type FailedBackbone,
} from './search/compare-backbones.js';
export {
  crossValidate,
  type CrossValidateOptions,
  type CrossValidation,
  type FoldFigures,
  type FoldResult,
} from './search/cross-validate.js';
export {
  learningRateFinder,
  type LearningRateFinderOptions,
  type LearningRatePoint,
  type LearningRateRange,
} from './search/learning-rate-finder.js';
export type { Distribution, SearchBranch } from './search/search-space.js';
export { textTable } from './search/text-table.js';
export {
  randomSearch,
  type FailedTrial,
  type RandomSearch,
  type RandomSearchOptions,
  type SearchTrial,
} from './search/random-search.js';

// Features and export
export {
  extractFeatures,
  type ExtractedFeatures,
  type ExtractFeaturesOptions,
  type Pooling,
} from './features/extract-features.js';
export type { FeatureResult } from './features/feature-stream.js';
export { featuresOutput } from './onnx/features-output.js';
export { memoryFeatureCache } from './features/memory-feature-cache.js';
export type { Int8Options } from './quantization/calibrate-prefix.js';
export type { Calibration, CalibrationMethod, Precision, QuantizationPlan } from './quantization/quantization-plan.js';

// Ports, and what implements them
export type { ArtifactStore, ReadArtifactOptions } from './ports/artifact-store.js';
export { checkBatch } from './ports/check-batch.js';
export type { CheckpointStore } from './ports/checkpoint-store.js';
export type { GraphStore } from './ports/graph-store.js';
export type { FeatureCache } from './ports/feature-cache.js';
export type {
  Engine,
  EngineStatus,
  FeatureExtractor,
  FrozenPrefix,
  GraphFacts,
  GraphSession,
  Int8CalibrateOptions,
  Int8Support,
} from './ports/feature-extractor.js';
export type { DecodeImageOptions, ImageSource, ReadImageOptions } from './ports/image-source.js';
export type { RowFile } from './ports/row-file.js';
export type { LogSink } from './ports/log-sink.js';
export type { BackendUse, Runtime } from './ports/runtime.js';
export type { OpenWeightsOptions, WeightSource } from './ports/weight-source.js';
export { enginesNamed } from './engines/choose-engine.js';
export { tfjsEngine, type TfjsEngineOptions } from './engines/tfjs-engine.js';

// Checks of what comes from outside, and errors
export { isRecord } from './is-record.js';
export { nameImageError } from './features/name-image-error.js';
export {
  AbortedError,
  ArtifactError,
  CacheError,
  ClusterError,
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
