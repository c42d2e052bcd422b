import { preprocessingLayer } from '../build-graph.js';
import type { EditableGraph } from '../editable-graph.js';
import type { OnnxNode } from '../onnx-graph.js';

/** For each channel of the network the channel of the image, a factor and an offset. */
interface PixelMap {
  channels: number[];
  scale: number[];
  offset: number[];
}

/**
 * Folds what is done to pixels (the preprocessing, and the network's own rescaling) into the first convolution: order
 * and factors into its kernel; offsets into its bias where it does not pad. Where it pads, the zeros must stay what they were,
 * zeros after the preprocessing: there one addition to the pixels is kept, which brings those values to zero.
 */
export function foldPixels(graph: EditableGraph): void {
  const start = graph.nodes.find(({ layer, type }) => layer === preprocessingLayer && type === 'Conv');
  const map = start && firstMap(graph, start);
  if (start === undefined || map === undefined) return;
  let last = start;
  let reader = graph.onlyReader(last.output);
  while (reader !== undefined && extendMap(graph, map, reader)) {
    last = reader;
    reader = graph.onlyReader(last.output);
  }
  if (reader?.type !== 'Conv' || (reader.attributes?.['group'] ?? 1) !== 1) return;
  // A channel without a factor cannot be brought to zero by an addition.
  if (map.scale.some((factor) => factor === 0 || !Number.isFinite(factor))) return;
  foldInto(graph, { convolution: reader, map, pixels: start.inputs[0] ?? '', last });
}

function firstMap(graph: EditableGraph, node: OnnxNode): PixelMap | undefined {
  const matrix = graph.floats(node.inputs[1]);
  const offset = graph.floats(node.inputs[2]);
  if (matrix === undefined || offset === undefined) return undefined;
  const channels = [0, 1, 2].map((row) => [0, 1, 2].findIndex((column) => matrix[row * 3 + column] !== 0));
  if (channels.includes(-1)) return undefined;
  return {
    channels,
    scale: channels.map((column, row) => matrix[row * 3 + column] ?? 0),
    offset: [...offset],
  };
}

/** Takes an operation with a constant into the map. @returns Whether it could. */
function extendMap(graph: EditableGraph, map: PixelMap, node: OnnxNode): boolean {
  const values = graph.floats(node.inputs[1]);
  if (values === undefined || (values.length !== 1 && values.length !== 3)) return false;
  const shape = graph.constant(node.inputs[1] ?? '')?.shape ?? [];
  if (values.length === 3 && shape.join() !== '3,1,1') return false;
  const apply = operations[node.type];
  if (apply === undefined) return false;
  for (const c of [0, 1, 2]) {
    const value = values[values.length === 1 ? 0 : c] as number;
    [map.scale[c], map.offset[c]] = apply([map.scale[c] as number, map.offset[c] as number], value);
  }
  return true;
}

type Affine = [scale: number, offset: number];

const operations: Readonly<Record<string, (map: Affine, value: number) => Affine>> = {
  Add: ([scale, offset], value) => [scale, offset + value],
  Sub: ([scale, offset], value) => [scale, offset - value],
  Mul: ([scale, offset], value) => [scale * value, offset * value],
  Div: ([scale, offset], value) => [scale / value, offset / value],
};

function foldInto(
  graph: EditableGraph,
  options: { convolution: OnnxNode; map: PixelMap; pixels: string; last: OnnxNode },
): void {
  const { convolution, map, pixels, last } = options;
  const [, kernelName = '', biasName] = convolution.inputs;
  const kernel = graph.floats(kernelName);
  const shape = graph.constant(kernelName)?.shape;
  if (kernel === undefined || shape === undefined || shape[1] !== 3) return;
  const [outputs = 0, , height = 0, width = 0] = shape;
  const window = height * width;
  const folded = new Float32Array(kernel.length);
  const bias = Float32Array.from(graph.floats(biasName) ?? new Float32Array(outputs));
  const pads = (convolution.attributes?.['pads'] as readonly number[] | undefined) ?? [];
  const inBias = pads.every((pad) => pad === 0);
  for (let o = 0; o < outputs; o++) {
    let shift = 0;
    for (const [c, channel] of map.channels.entries()) {
      for (let w = 0; w < window; w++) {
        const value = kernel[(o * 3 + c) * window + w] as number;
        folded[(o * 3 + channel) * window + w] = value * (map.scale[c] as number);
        shift += value * (map.offset[c] as number);
      }
    }
    if (inBias) bias[o] = (bias[o] as number) + shift;
  }
  const replacement = (input: string): OnnxNode => ({
    ...convolution,
    inputs: [
      input,
      graph.setFloats(`${convolution.output}/pixel_kernel`, shape, folded),
      graph.setFloats(`${convolution.output}/pixel_bias`, [outputs], bias),
    ],
  });
  if (inBias || map.offset.every((offset) => offset === 0)) return graph.replace(convolution, replacement(pixels));
  const shift = new Float32Array(3);
  for (const [c, channel] of map.channels.entries())
    shift[channel] = (map.offset[c] as number) / (map.scale[c] as number);
  const output = `${preprocessingLayer}/Add`;
  const inputs = [pixels, graph.setFloats(`${preprocessingLayer}/shift`, [3, 1, 1], shift)];
  graph.replace(last, { type: 'Add', inputs, output, layer: preprocessingLayer });
  graph.replace(convolution, replacement(output));
}
