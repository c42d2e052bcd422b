import { EditableGraph } from '../onnx/editable-graph.js';
import type { OnnxGraph, OnnxNode } from '../onnx/onnx-graph.js';
import { Int8Writer } from './int8-writer.js';
import { lowerLogits } from './logits.js';
import type { QuantizationPlan } from './quantization-plan.js';
import { selectInt8 } from './select-int8.js';

/**
 * Rewrites a float graph for int8, in QDQ form: values go through `QuantizeLinear` and `DequantizeLinear`, and the engine
 * merges these into integer kernels. Weights are symmetric int8 for each channel, biases int32, activations asymmetric uint8.
 *
 * @param graph - An optimised graph.
 * @throws RangeError if the plan lacks a range: it is of another network.
 */
export function quantizeGraph(graph: OnnxGraph, plan: QuantizationPlan): OnnxGraph {
  const editable = new EditableGraph(graph);
  const selection = selectInt8(editable, plan.floatLayers);
  const { computed, absorbed, held, outputs } = selection;
  const writer = new Int8Writer(editable, { plan, selection });
  const replacements = graph.nodes.flatMap((node): OnnxNode[] => {
    if (absorbed.has(node)) return [];
    if (!computed.has(node)) return writer.keep(node);
    const output = outputs.get(node) ?? node.output;
    const before = writer.reads(node).flatMap((input) => writer.roundTrip(input));
    const after = held.has(output) ? writer.roundTrip(output) : [];
    return [...before, ...writer.write(node, output), ...after];
  });
  editable.setNodes(replacements);
  const quantized = editable.finish();
  return plan.shift === undefined ? quantized : lowerLogits(quantized, plan.shift);
}
