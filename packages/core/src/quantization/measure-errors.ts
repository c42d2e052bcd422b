import { EditableGraph } from '../onnx/editable-graph.js';
import type { OnnxGraph } from '../onnx/onnx-graph.js';
import { Int8Writer, type StoragePlan } from './int8-writer.js';
import type { QuantizationPlan } from './quantization-plan.js';
import { movesOnly, selectInt8 } from './select-int8.js';

/** A graph that also gives out how far each int8 node is off. */
export interface ProbedGraph {
  readonly graph: OnnxGraph;
  /** By layer, the energy of its error as a share of the energy of its result, from the sums over several results. */
  errors(outputs: readonly ReadonlyMap<string, Float32Array>[]): ReadonlyMap<string, number>;
}

/**
 * Adds to a float graph, for each node that int8 would compute, that computation on the float graph's own values, and
 * compares. So each layer's error is its own, not what came before it; such shares add up along a network.
 */
export function probeErrors(graph: OnnxGraph, plan: StoragePlan & Pick<QuantizationPlan, 'floatLayers'>): ProbedGraph {
  const editable = new EditableGraph(graph);
  const selection = selectInt8(editable, plan.floatLayers);
  const writer = new Int8Writer(editable, { plan, selection });
  const probed = graph.nodes.filter((node) => selection.computed.has(node) && !movesOnly(node));
  const names = probed.map((node) => {
    const output = selection.outputs.get(node) ?? node.output;
    const { layer } = node;
    const of = (name: string): string => `${output}/probe_${name}`;
    const approximate = of('int8');
    const before = writer.reads(node).flatMap((input) => writer.roundTrip(input));
    const held = selection.held.has(output);
    const after = held ? writer.roundTrip(approximate, output) : [];
    const result = held ? writer.readInFloat(approximate, output) : { name: approximate, nodes: [] };
    const attributes = { keepdims: 0 };
    editable.append(
      ...before,
      ...writer.write(node, approximate, output),
      ...after,
      ...result.nodes,
      {
        type: 'Sub',
        inputs: [output, result.name],
        output: of('error'),
        layer,
      },
      { type: 'ReduceSumSquare', inputs: [of('error')], output: of('noise'), layer, attributes },
      { type: 'ReduceSumSquare', inputs: [output], output: of('signal'), layer, attributes },
    );
    for (const name of ['noise', 'signal']) editable.addOutput(of(name), []);
    return { layer, noise: of('noise'), signal: of('signal') };
  });
  return {
    graph: editable.finish(),
    errors(outputs) {
      const shares = new Map<string, number>();
      const sum = (name: string): number => outputs.reduce((total, values) => total + (values.get(name)?.[0] ?? 0), 0);
      for (const { layer, noise, signal } of names) {
        const share = sum(noise) / Math.max(sum(signal), Number.MIN_VALUE);
        shares.set(layer, (shares.get(layer) ?? 0) + share);
      }
      return shares;
    },
  };
}
