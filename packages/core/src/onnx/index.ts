// Networks as ONNX graphs: what engines that are not TensorFlow.js run.
export { exportOnnx, type ExportOnnxOptions } from './export-onnx.js';
export { calibrateInt8, exportPrefix } from './export-prefix.js';
export { encodeOnnxModel, type OnnxGraph } from './onnx-graph.js';
