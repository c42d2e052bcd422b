// All of core, with the Node runtime filled in where core asks for one.
export * from '@graft-ml/core';
export { buildTransferModel, loadTransferModel } from './default-runtime.js';
export { nodeEngines, nodeRuntime, type NodeRuntimeOptions } from './node-runtime.js';

// Data sets on disk
export {
  buildCovidDataset,
  type BuildCovidDatasetOptions,
  type CovidDatasetResult,
} from './datasets/build-covid-dataset.js';
export { listImages } from './datasets/list-images.js';
export { loadImageFolder } from './datasets/load-image-folder.js';
export { sampleImages, type SampleImagesOptions, type SampleImagesResult } from './datasets/sample-images.js';
export {
  writeDemoDataset,
  type DemoDatasetResult,
  type WriteDemoDatasetOptions,
} from './datasets/write-demo-dataset.js';

// Whole jobs: what the graft command does
export { runDemo, type DemoResult } from './jobs/demo.js';
export { extractToFile, type ExtractResult, type ExtractSettings } from './jobs/extract-to-file.js';
export { trainFolder, type TrainContext, type TrainFolderResult, type TrainSettings } from './jobs/train-folder.js';
export { writePredictionsCsv } from './jobs/write-predictions-csv.js';

// Pictures
export { renderChart, type RenderChartOptions, type RenderedChart } from './report/render-chart.js';

// The parts of the Node runtime, for runtimes of your own
export { folderArtifactStore } from './artifacts/folder-artifact-store.js';
export { lmdbFeatureCache, type LmdbFeatureCacheOptions } from './cache/lmdb-feature-cache.js';
export { onnxruntimeEngine, type OnnxruntimeEngineOptions } from './engines/onnxruntime-engine.js';
export { sharpImageSource, type SharpImageSourceOptions } from './images/sharp-image-source.js';
export {
  fetchPublishedWeights,
  locatePublishedWeights,
  type FetchPublishedOptions,
} from './weights/fetch-published-weights.js';
export { kerasWeightFile } from './weights/keras-weight-file.js';
export { nodeWeightSource, type NodeWeightSourceOptions } from './weights/node-weight-source.js';
