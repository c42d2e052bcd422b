import type { LayersModel } from '@tensorflow/tfjs-layers';
import { networkConfig, type LayerConfig } from '../network/network-config.js';
import type { Preprocessing } from '../preprocessing/preprocessing.js';
import type { NetworkWeights, WeightTensor } from '../weights/weight-file.js';
import { convertLayer } from './convert-layer.js';
import { GraphBuilder, type GraphValue } from './graph-builder.js';
import type { OnnxGraph } from './onnx-graph.js';

/** What {@link buildGraph} writes beside the network. */
export interface BuildGraphOptions {
  /** Values of the weights; the network's own variables if undefined. */
  readonly weights?: NetworkWeights | undefined;
  /** Goes into the graph in front of the network; the input then takes RGB uint8, 0–255. */
  readonly preprocessing: Preprocessing;
  /** Name of the graph's output. Default: `output`. */
  readonly outputName?: string | undefined;
}

/** The graph's input. */
export const imageInput = 'image';

/** The layer name of what stands before the network's first layer. */
export const preprocessingLayer = 'preprocessing';

/**
 * Converts a network layer by layer, pixels in, activations out; nothing is optimised yet.
 * @throws UnsupportedLayerError for a layer that has no converter.
 */
export function buildGraph(network: LayersModel, options: BuildGraphOptions): OnnxGraph {
  const config = networkConfig(network);
  const builder = new GraphBuilder();
  const values = new Map<string, GraphValue>();
  const inputShape = shapeOf(network, config.input);
  builder.layer = preprocessingLayer;
  values.set(config.input, preprocess(builder, { shape: inputShape, preprocessing: options.preprocessing }));
  for (const layer of config.layers) {
    if (layer.name === config.input) continue;
    builder.layer = layer.name;
    const converted = convertLayer(builder, {
      name: layer.name,
      className: layer.className,
      config: layer.config,
      inputs: layer.inputs.map((name) => valueOf(values, name)),
      readers: config.layers.filter(({ inputs }) => inputs.includes(layer.name)).map(({ className }) => className),
      weights: options.weights?.get(layer.name) ?? ownWeights(network, layer),
      outputShape: shapeOf(network, layer.name),
    });
    values.set(layer.name, converted);
  }
  const output = valueOf(values, config.output);
  const name = options.outputName ?? 'output';
  builder.layer = name;
  const last = builder.channelsLast(output);
  builder.nodes.push({ type: 'Identity', inputs: [last], output: name, layer: name });
  return {
    name: config.name,
    nodes: builder.nodes,
    constants: builder.constants,
    inputs: [{ name: imageInput, type: 'uint8', shape: ['batch', ...inputShape] }],
    outputs: [{ name, type: 'float32', shape: ['batch', ...output.shape] }],
  };
}

function valueOf(values: ReadonlyMap<string, GraphValue>, name: string): GraphValue {
  const value = values.get(name);
  if (value === undefined) throw new RangeError(`layer "${name}" is read before it is computed`);
  return value;
}

function shapeOf(network: LayersModel, layer: string): number[] {
  return (network.getLayer(layer).outputShape as (number | null)[]).slice(1).map((size) => {
    if (size === null)
      throw new RangeError(`layer "${layer}" has no fixed shape; build the network at a fixed input size`);
    return size;
  });
}

function ownWeights(network: LayersModel, layer: LayerConfig): WeightTensor[] {
  return network
    .getLayer(layer.name)
    .getWeights()
    .map((weight) => ({ shape: weight.shape, data: weight.dataSync() as Float32Array }));
}

/** Cast, channels first, then one 1×1 convolution that orders, scales and shifts the channels. */
function preprocess(
  builder: GraphBuilder,
  options: { shape: readonly number[]; preprocessing: Preprocessing },
): GraphValue {
  const { channels, scale, offset } = options.preprocessing;
  const float = builder.node('Cast', [imageInput], { to: 1 });
  const planar = builder.node('Transpose', [float], { perm: [0, 3, 1, 2] });
  const matrix = new Float32Array(9);
  for (const [row, column] of channels.entries()) matrix[row * 3 + column] = scale[row] ?? 1;
  const inputs = [planar, builder.floats([3, 3, 1, 1], matrix), builder.floats([3], Float32Array.from(offset))];
  const name = builder.node('Conv', inputs, { kernel_shape: [1, 1] });
  return { name, shape: options.shape, planar: true };
}
