// What pretraining uses from inside the packages, in one place: parts of the training loop that no user needs alone.
export { loadWeights } from '../../../packages/core/src/model/load-weights.js';
export { type LayerConfig, networkConfig } from '../../../packages/core/src/network/network-config.js';
export { preprocessTensor } from '../../../packages/core/src/preprocessing/preprocess-tensor.js';
export type { Optimizer } from '../../../packages/core/src/training/optimizer.js';
export { getOptimizer } from '../../../packages/core/src/training/optimizers/optimizer-registry.js';
export { ruleOptimizer } from '../../../packages/core/src/training/rule-optimizer.js';
export { cosineDecay } from '../../../packages/core/src/training/schedules/cosine-decay.js';
export { networkWeights } from '../../../packages/core/src/weights/network-weights.js';
export {
  registerTensorflowBackend,
  tensorflowBackend,
} from '../../../packages/node-adapter/src/engines/tensorflow/load-tensorflow.js';
export { fileCheckpointStore } from '../../../packages/node-adapter/src/training/file-checkpoint-store.js';
