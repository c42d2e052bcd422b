import { EditableGraph } from '../onnx/editable-graph.js';
import type { OnnxGraph, OnnxNode } from '../onnx/onnx-graph.js';

const scoring = new Set(['Softmax', 'Sigmoid']);

/** The value that a graph makes its scores of; its output, where nothing does. */
export function logitsOf(graph: OnnxGraph): string {
  const producers = new Map(graph.nodes.map((node) => [node.output, node]));
  const output = graph.outputs[0]?.name ?? '';
  const last = behindNames(producers, output);
  return last !== undefined && scoring.has(last.type) ? (last.inputs[0] ?? output) : output;
}

function behindNames(producers: ReadonlyMap<string, OnnxNode>, value: string): OnnxNode | undefined {
  const node = producers.get(value);
  return node?.type === 'Identity' ? behindNames(producers, node.inputs[0] ?? '') : node;
}

/** A graph that ends at its logits, `[batch, classes]`. */
export function endAtLogits(graph: OnnxGraph): OnnxGraph {
  const outputs = graph.outputs.map((output) => ({ ...output, name: logitsOf(graph) }));
  return new EditableGraph({ ...graph, outputs }).finish();
}

/** A graph whose logits are lower by so much each. */
export function lowerLogits(graph: OnnxGraph, shift: readonly number[]): OnnxGraph {
  const logits = logitsOf(graph);
  const editable = new EditableGraph(graph);
  const producer = editable.producer(logits);
  if (producer === undefined) throw new RangeError(`nothing computes the logits "${logits}"`);
  const unshifted = `${logits}/int8`;
  const change = editable.setFloats(
    `${logits}/shift`,
    [shift.length],
    Float32Array.from(shift, (value) => -value),
  );
  const { layer } = producer;
  editable.replace(
    producer,
    { ...producer, output: unshifted },
    { type: 'Add', inputs: [unshifted, change], output: logits, layer },
  );
  return editable.finish();
}
