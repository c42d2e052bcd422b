// All of core, with the Node runtime filled in where core asks for one.
export * from '@graft-ml/core';
export * from '@graft-ml/core/audit';
export * from '@graft-ml/core/charts';
export * from '@graft-ml/core/evaluation';
export * from '@graft-ml/core/gradient-kernels';
export * from '@graft-ml/core/onnx';
export * from '@graft-ml/core/published-weights';
export * from '@graft-ml/core/search';
export * from '@graft-ml/core/shards';
export * from '@graft-ml/core/synthetic';
export * from '@graft-ml/core/tensor-files';
export { buildWithTop, getBackbone, listBackbones, listBackboneVariants } from '@graft-ml/core/backbones';
export { buildTransferModel, loadTransferModel, openPredictor } from './default-runtime.js';
export { openPredictorThread, type PredictorThreadOptions } from './threads/open-predictor-thread.js';
export { exportModel, type ExportModelOptions, type ExportResult } from './export/export-model.js';
export type { ExportFormat } from './export/export-format.js';
export { auditDataset } from './audit/audit-dataset.js';
export { auditSplit } from './audit/audit-split.js';
export { formatAudit, type FormatAuditOptions } from './audit/format-audit.js';
export { nodeEngines, nodeRuntime, type NodeRuntimeOptions } from './node-runtime.js';
export {
  installTensorflow,
  removeTensorflow,
  type InstallTensorflowOptions,
} from './engines/tensorflow/install-tensorflow.js';
export type { TensorflowManifest } from './engines/tensorflow/tensorflow-folder.js';
export { checkEngines, type CheckEnginesOptions, type EngineReport } from './doctor/check-engines.js';
export { describeMachine, type MachineReport } from './doctor/describe-machine.js';

// The command's config file
export { defineConfig, type ConfigSection, type ConfigValue, type GraftConfig } from './define-config.js';

// Data sets on disk
export {
  buildCovidDataset,
  type BuildCovidDatasetOptions,
  type CovidDatasetResult,
} from './datasets/build-covid-dataset.js';
export { listImages, type ListImagesOptions } from './datasets/list-images.js';
export { listShard, type ListedShard, type ListShardOptions } from './datasets/list-shard.js';
export { checkDataset, type DatasetCheck } from './datasets/check/check-dataset.js';
export type { ExactDuplicates, NearDuplicates } from './datasets/check/duplicates.js';
export { formatCheck } from './datasets/check/format-check.js';
export type { FileAttribute, Shortcut, UniformClass } from './datasets/check/shortcuts.js';
export type { ClassSummary } from './datasets/check/summarize-class.js';
export { groupByPatient, type GroupByPatientOptions } from './datasets/group-by-patient.js';
export { parseGrouping, type Grouping } from './datasets/grouping.js';
export { loadCovidMetadata, type CovidMetadataOptions } from './datasets/load-covid-metadata.js';
export { loadImageGlob } from './datasets/load-image-glob.js';
export { loadManifest, type LoadManifestOptions } from './datasets/manifest/load-manifest.js';
export { shardManifest, type ShardedManifest, type ShardManifestOptions } from './datasets/manifest/shard-manifest.js';
export type { ManifestColumns, ManifestFilter } from './datasets/manifest/manifest-columns.js';
export { groupByNearDuplicates } from './datasets/near-duplicates/group-by-near-duplicates.js';
export type { LookOptions } from './datasets/near-duplicates/read-thumbnails.js';
export { openDataset, type OpenDatasetOptions } from './datasets/open-dataset.js';
export {
  openTrainingData,
  type DataContext,
  type DataSettings,
  type TrainingData,
} from './datasets/open-training-data.js';
export { writeCollages, type CollagesResult, type WriteCollagesOptions } from './datasets/write-collages.js';
export { loadImageFolder } from './datasets/load-image-folder.js';
export { sampleImages, type SampleImagesOptions, type SampleImagesResult } from './datasets/sample-images.js';
export {
  writeDemoDataset,
  type DemoDatasetResult,
  type WriteDemoDatasetOptions,
} from './datasets/write-demo-dataset.js';

// What the command expects of a package that runs jobs on many machines
export type { ClusterModule, ClusterRun, WorkerRun } from './cli/cluster-module.js';

// Whole jobs: what the graft command does
export { auditFolder, type AuditSettings } from './jobs/audit-folder.js';
export { runDemo, type DemoResult } from './jobs/demo.js';
export {
  checkExtractSettings,
  checkPredictSettings,
  checkTrainingData,
  checkTrainSettings,
} from './jobs/check-settings.js';
export { extractToFile, type ExtractResult, type ExtractSettings } from './jobs/extract-to-file.js';
export {
  checkFoldSettings,
  crossValidateFolder,
  joinFoldsOfFolder,
  trainFoldOfFolder,
  type CrossValidateFolderResult,
  type FoldFacts,
  type FoldOfFolder,
  type FoldSettings,
} from './jobs/cross-validate-folder.js';
export { trainBackbones, type TrainBackbonesResult } from './jobs/train-backbones.js';
export {
  mergeShards,
  type MergeContext,
  type MergedFeatures,
  type MergedPredictions,
} from './jobs/shards/merge-shards.js';
export type { PredictionRow } from './jobs/shards/merge-predictions.js';
export { readShard } from './jobs/shards/shard-environment.js';
export { runTrainingFeatures, type TrainingFeaturesResult } from './jobs/training-features.js';
export { testHeadOfFolder, trainHeadOfFolder, type HeadOfFolder } from './jobs/train-stages.js';
export { trainFolder, type TrainContext, type TrainFolderResult, type TrainSettings } from './jobs/train-folder.js';
export {
  explainImages,
  type ExplainedImage,
  type ExplainedImages,
  type ExplainImagesOptions,
} from './jobs/explain-images.js';
export { calibrateModel, type CalibrateModelResult, type CalibrateSettings } from './jobs/calibrate-model.js';
export type { CalibrationSettings } from './jobs/calibration-stage.js';
export { compareSavedModels, type CompareSavedModelsResult } from './jobs/compare-saved-models.js';
export {
  evaluateModel,
  type EvaluatedDataset,
  type EvaluateModelResult,
  type EvaluateSettings,
  type RunContext,
  type RunSettings,
} from './jobs/evaluate-model.js';
export {
  predictImages,
  type PredictImagesDocument,
  type PredictImagesOptions,
  type PredictImagesResult,
} from './jobs/predict-images.js';
export { writePredictionsCsv } from './jobs/write-predictions-csv.js';

// Explanation
export type { ColorMapName } from './explain/color-map.js';
export type { MapInterpolation } from './explain/enlarge-map.js';
export { renderOverlay, type RenderOverlayOptions } from './explain/render-overlay.js';

// Pictures
export { renderChart, type RenderChartOptions, type RenderedChart } from './report/render-chart.js';
export { writePictures } from './report/evaluation-pictures.js';
export { embedImages, type EmbedImagesOptions } from './report/embed-images.js';

// Reports
export { medicalReason, type MedicalHints } from './report/medical-reason.js';
export { renderModelCard } from './report/model-card.js';
export { renderReport } from './report/render-report.js';
export type {
  ReportDataset,
  ReportEmbedding,
  ReportInput,
  ReportPart,
  ReportReproduction,
  ReportTraining,
} from './report/report-input.js';
export { writeReport, type WriteReportOptions } from './report/write-report.js';

// The parts of the Node runtime, for runtimes of your own
export { folderArtifactStore } from './artifacts/folder-artifact-store.js';
export { makeFolder } from './artifacts/make-folder.js';
export { folderGraphStore, type FolderGraphStoreOptions } from './cache/folder-graph-store.js';
export { writeAtomically, writeFileAtomically } from './artifacts/write-file-atomically.js';
export { lmdbFeatureCache, type LmdbFeatureCacheOptions } from './cache/lmdb-feature-cache.js';
export { onnxruntimeEngine, type OnnxruntimeEngineOptions } from './engines/onnxruntime-engine.js';
export { detectImageFormat, type ImageFormat } from './images/image-format.js';
export { sharpImageSource, type SharpImageSourceOptions } from './images/sharp-image-source.js';
export {
  fetchPublishedWeights,
  locatePublishedWeights,
  type FetchPublishedOptions,
} from './weights/fetch-published-weights.js';
export { kerasWeightFile } from './weights/keras-weight-file.js';
export { nodeWeightSource, type NodeWeightSourceOptions } from './weights/node-weight-source.js';
export { openWeightsFile } from './weights/open-weights-file.js';
export { writeWeightsFile } from './weights/write-weights-file.js';

// Training that is logged, and that can be cut off
export { fileCheckpointStore } from './training/file-checkpoint-store.js';
export { fileLogSink } from './training/file-log-sink.js';
