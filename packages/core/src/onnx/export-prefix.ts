import type { ImageBatch } from '../image.js';
import type { FrozenPrefix } from '../ports/feature-extractor.js';
import { calibrate, type CalibrateOptions } from '../quantization/calibrate.js';
import type { Calibration } from '../quantization/quantization-plan.js';
import { quantizeGraph } from '../quantization/quantize-graph.js';
import { buildGraph } from './build-graph.js';
import { featuresOutput } from './features-output.js';
import { encodeOnnxModel, type OnnxGraph } from './onnx-graph.js';
import { optimizeGraph } from './optimize/optimize-graph.js';

/**
 * Writes a frozen prefix as ONNX, in int8 where it has a plan.
 *
 * @param metadata - Texts kept in the file. Default: none.
 * @returns The ONNX file. Input `image`: uint8 `[batch, height, width, 3]`, RGB, 0–255; output `features`: float32.
 * @throws UnsupportedLayerError for a layer that has no converter; RangeError for a plan of another network.
 */
export function exportPrefix(
  prefix: FrozenPrefix,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const graph = prefixGraph(prefix);
  const { quantization } = prefix;
  const written = quantization === undefined ? graph : quantizeGraph(graph, quantization);
  return encodeOnnxModel({ ...written, ...(metadata && { metadata }) });
}

/**
 * Finds out how a prefix can run in int8, on an engine that runs ONNX graphs.
 *
 * @param images - 8 or more training images at the prefix's input size.
 * @throws RangeError for fewer images; UnsupportedLayerError for a layer that has no converter; what `open` and its sessions throw.
 */
export function calibrateInt8(
  prefix: FrozenPrefix,
  images: ImageBatch,
  options: CalibrateOptions,
): Promise<Calibration> {
  return calibrate(prefixGraph(prefix), images, options);
}

function prefixGraph({ network, weights, preprocessing }: FrozenPrefix): OnnxGraph {
  return optimizeGraph(buildGraph(network, { weights, preprocessing, outputName: featuresOutput }));
}
