// Workers
export { runWorker, type WorkerOptions, type WorkerSummary } from './worker.js';

// Submitting
export type { ClusterOptions } from './submit/cluster-options.js';
export { extractOnCluster } from './submit/extract-on-cluster.js';
export { predictOnCluster, type ClusterPredictSettings } from './submit/predict-on-cluster.js';
export { crossValidateOnCluster, trainBackbonesOnCluster, trainOnCluster } from './submit/train-on-cluster.js';

// Storage
export { openStorage } from './storage/open-storage.js';
export type { SharedStorage, StoredFile } from './storage/shared-storage.js';
export { clusterVersion } from './version.js';
