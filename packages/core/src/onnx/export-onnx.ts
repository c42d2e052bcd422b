import type { LayersModel } from '@tensorflow/tfjs-layers';
import { buildGraph, type BuildGraphOptions } from './build-graph.js';
import { encodeOnnxModel } from './onnx-graph.js';
import { optimizeGraph } from './optimize/optimize-graph.js';

/** Options of {@link exportOnnx}. */
export interface ExportOnnxOptions extends BuildGraphOptions {
  /** Texts kept in the file. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes a network as ONNX: pixels in, activations out. Pixel scaling, batch normalisation and padding are folded into
 * the convolutions beside them, where that changes results by rounding only.
 *
 * @param network - One image input `[batch, height, width, 3]`, one output.
 * @returns The ONNX file. Input `image`: uint8 `[batch, height, width, 3]`, RGB, 0–255. The output has the shape that the
 *   network's has, channels last.
 * @throws UnsupportedLayerError for a layer that has no converter.
 */
export function exportOnnx(network: LayersModel, options: ExportOnnxOptions): Uint8Array<ArrayBuffer> {
  const graph = optimizeGraph(buildGraph(network, options));
  return encodeOnnxModel({ ...graph, ...(options.metadata && { metadata: options.metadata }) });
}
