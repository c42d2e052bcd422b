import { preprocessingLayer } from '../onnx/build-graph.js';
import type { EditableGraph } from '../onnx/editable-graph.js';
import type { OnnxNode } from '../onnx/onnx-graph.js';

/** What is computed, and what is kept, in int8. */
export interface Int8Selection {
  /** Nodes that read and give int8 (a `MatMul` gives float). */
  readonly computed: ReadonlySet<OnnxNode>;
  /** Rectifiers that the rounding to uint8 does by itself: what is below the range becomes its lowest value, which is 0. */
  readonly absorbed: ReadonlySet<OnnxNode>;
  /** Computed nodes whose rectifier is absorbed, and its value, which they give instead. */
  readonly outputs: ReadonlyMap<OnnxNode, string>;
  /** Values kept as uint8 behind the node that computes them, and the value whose range they have. */
  readonly held: ReadonlyMap<string, string>;
  /** Held values of convolutions that no int8 node computes with, and those moved from them: they may have a scale for each channel. */
  readonly leaving: ReadonlySet<string>;
  /** Values that a float node computes and an int8 node reads. */
  readonly converted: ReadonlySet<string>;
}

/** Nodes that only move values: range and rounding stay what they are. */
const moving = new Set(['MaxPool', 'Transpose', 'Reshape', 'Flatten', 'Slice']);
/** Nodes that are worth int8 only between other int8 nodes. */
const following = new Set(['Add', 'Mul', 'Concat', 'AveragePool']);
const rectifying = new Set(['Relu', 'Clip']);

/**
 * Chooses what runs in int8: convolutions and matrix products with constant weights, and what lies between them. One
 * value for a channel, behind a global pooling, costs nothing in float and stays there; so do softmax and
 * normalisations, and the last values of the network wherever no int8 node reads them.
 *
 * @param floatLayers - Layers that stay in fp32.
 */
export function selectInt8(graph: EditableGraph, floatLayers: Iterable<string>): Int8Selection {
  const excluded = new Set([preprocessingLayer, ...floatLayers]);
  const vectors = vectorValues(graph);
  const candidates = graph.nodes.filter((node) => !vectors.has(node.output));
  const products = new Set(candidates.filter((node) => !excluded.has(node.layer) && isProduct(graph, node)));
  const follows = (node: OnnxNode): boolean =>
    following.has(node.type) && !excluded.has(node.layer) && dynamic(graph, node);
  const passes = (node: OnnxNode): boolean => moving.has(node.type) || rectifying.has(node.type);

  const arriving = new Set<string>();
  for (const node of candidates) {
    const fromInt8 = (passes(node) || follows(node)) && node.inputs.some((input) => arriving.has(input));
    if (fromInt8 || (products.has(node) && node.type === 'Conv')) arriving.add(node.output);
  }
  const wanted = new Set<string>();
  for (const node of candidates.toReversed()) {
    if (products.has(node)) wanted.add(node.inputs[0] ?? '');
    else if ((passes(node) || follows(node)) && wanted.has(node.output))
      for (const input of node.inputs) wanted.add(input);
  }

  const computed = new Set<OnnxNode>();
  const absorbed = new Set<OnnxNode>();
  const outputs = new Map<OnnxNode, string>();
  const held = new Map<string, string>();
  const converted = new Set<string>();
  for (const node of candidates) {
    const [input = ''] = node.inputs;
    const source = held.get(input);
    if (source !== undefined && (node.type === 'MaxPool' || (moving.has(node.type) && wanted.has(node.output)))) {
      computed.add(node);
      held.set(node.output, source);
    } else if (products.has(node) || (follows(node) && arriving.has(node.output) && wanted.has(node.output))) {
      computed.add(node);
      const read = node.type === 'Conv' || node.type === 'MatMul' ? [input] : node.inputs;
      for (const value of read) if (!held.has(value)) converted.add(value);
      if (node.type !== 'MatMul') holdOutput(node);
    }
  }
  const convolved = [...computed].filter(({ type }) => type === 'Conv').map((node) => outputs.get(node) ?? node.output);
  const leaving = new Set(convolved.flatMap((value) => leavingFrom(value) ?? []));
  return { computed, absorbed, outputs, held, leaving, converted };

  /** A value and its maxima, if all else that reads them is in float. */
  function leavingFrom(value: string): string[] | undefined {
    if (graph.isOutput(value)) return undefined;
    const values = [value];
    for (const reader of graph.readers(value)) {
      if (!computed.has(reader)) continue;
      const moved = reader.type === 'MaxPool' ? leavingFrom(reader.output) : undefined;
      if (moved === undefined) return undefined;
      values.push(...moved);
    }
    return values;
  }

  function holdOutput(node: OnnxNode): void {
    const reader = graph.onlyReader(node.output);
    if (reader === undefined || !rectifying.has(reader.type)) {
      held.set(node.output, node.output);
      return;
    }
    absorbed.add(reader);
    outputs.set(node, reader.output);
    held.set(reader.output, reader.output);
  }
}

/** Whether a node's result has the range of its input, and no rounding of its own. */
export function movesOnly(node: OnnxNode): boolean {
  return moving.has(node.type);
}

function isProduct(graph: EditableGraph, node: OnnxNode): boolean {
  const rank = { Conv: 4, MatMul: 2 }[node.type];
  const weights = graph.constant(node.inputs[1] ?? '');
  return rank !== undefined && weights?.type === 'float32' && weights.shape.length === rank;
}

/** Whether all inputs are values: an operation with a constant is a scaling, and stays in float. */
function dynamic(graph: EditableGraph, node: OnnxNode): boolean {
  return node.inputs.every((input) => !graph.isConstant(input));
}

/** Values of one number for a channel: from a global pooling on, until they meet an image again. */
function vectorValues(graph: EditableGraph): ReadonlySet<string> {
  const vectors = new Set<string>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.filter((input) => !graph.isConstant(input));
    const pooled = node.type === 'GlobalAveragePool' || node.type === 'GlobalMaxPool';
    if (pooled || (inputs.length > 0 && inputs.every((input) => vectors.has(input)))) vectors.add(node.output);
  }
  return vectors;
}
