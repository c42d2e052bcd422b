export { nodeEngines, nodeRuntime, type NodeRuntimeOptions } from './node-runtime.js';
