import type { EditableGraph } from '../editable-graph.js';
import type { OnnxNode } from '../onnx-graph.js';

/** Results that are never below zero. */
const nonNegative = new Set(['Relu', 'Sigmoid', 'Clip']);

/**
 * Folds a padding by zeros into the convolution that alone reads it, which pads by zeros itself; and into a max pooling
 * over values that are never below zero, where padding by less than anything gives the same.
 */
export function foldPadding(graph: EditableGraph): void {
  for (const node of graph.nodes.filter(({ type }) => type === 'Pad')) {
    const reader = graph.onlyReader(node.output);
    const pads = graph.integers(node.inputs[1]);
    if (reader === undefined || pads === undefined || !leavesSame(graph, node, reader)) continue;
    const own = (reader.attributes?.['pads'] as readonly number[] | undefined) ?? [0, 0, 0, 0];
    const [, , top, left, , , bottom, right] = pads;
    const added = [top, left, bottom, right].map((pad, side) => (pad ?? 0) + (own[side] ?? 0));
    const kernel = reader.attributes?.['kernel_shape'] as readonly number[];
    // A window that lies in the padding as a whole has no maximum.
    if (reader.type === 'MaxPool' && added.some((pad, side) => pad >= (kernel[side % 2] ?? 0))) continue;
    graph.replace(node);
    graph.replace(reader, {
      ...reader,
      inputs: [node.inputs[0] ?? '', ...reader.inputs.slice(1)],
      attributes: { ...reader.attributes, pads: added },
    });
  }
}

function leavesSame(graph: EditableGraph, pad: OnnxNode, reader: OnnxNode): boolean {
  const value = pad.inputs[2] === undefined ? 0 : (graph.floats(pad.inputs[2])?.[0] ?? Number.NaN);
  if (reader.type === 'Conv') return value === 0;
  const source = graph.producer(pad.inputs[0] ?? '');
  // The exporter marks zeros before a max pooling by the least bit more: see convert-layer.
  return reader.type === 'MaxPool' && Math.abs(value) < 1e-20 && source !== undefined && nonNegative.has(source.type);
}
