import { EditableGraph } from '../onnx/editable-graph.js';
import type { OnnxGraph, OnnxNode } from '../onnx/onnx-graph.js';
import { pixelConvolution } from './pixel-convolution.js';
import type { CalibrationMethod, ValueRange } from './quantization-plan.js';
import { selectInt8 } from './select-int8.js';

/** A graph that also gives out what its values range over. */
export interface ObservedGraph {
  readonly graph: OnnxGraph;
  /** The ranges in one result of the graph. */
  ranges(outputs: ReadonlyMap<string, Float32Array>): ReadonlyMap<string, ValueRange>;
  /** Each channel's mean in one result, for values that convolutions read. */
  means(outputs: ReadonlyMap<string, Float32Array>): ReadonlyMap<string, Float32Array>;
}

/** The share of an image's values that `percentile` leaves out at each end. */
const outermostShare = 1e-4;

/**
 * Adds to a float graph the range of every value that int8 may have to store. The engine finds them where the values are:
 * two numbers come out for each, however large it is.
 */
export function observeRanges(graph: OnnxGraph, method: CalibrationMethod): ObservedGraph {
  const editable = new EditableGraph(graph);
  const values = rangedValues(editable);
  for (const value of values) {
    editable.append(...(method === 'minmax' ? extremes(value) : outermost(editable, value)));
    editable.addOutput(lowest(value), []);
    editable.addOutput(highest(value), []);
  }
  const read = convolutionInputs(editable);
  for (const value of read) {
    const attributes = { axes: [0, 2, 3], keepdims: 0 };
    editable.append({ type: 'ReduceMean', inputs: [value], output: mean(value), layer: value, attributes });
    editable.addOutput(mean(value), ['channels']);
  }
  return {
    graph: editable.finish(),
    means: (outputs) => new Map(read.map((value) => [value, outputs.get(mean(value)) ?? new Float32Array()])),
    ranges: (outputs) =>
      new Map(
        values.map((value) => [
          value,
          [outputs.get(lowest(value))?.[0] ?? Number.NaN, outputs.get(highest(value))?.[0] ?? Number.NaN],
        ]),
      ),
  };
}

const lowest = (value: string): string => `${value}/lowest`;
const highest = (value: string): string => `${value}/highest`;

const mean = (value: string): string => `${value}/mean`;

function convolutionInputs(graph: EditableGraph): string[] {
  const { computed } = selectInt8(graph, []);
  const convolutions = [...computed].filter((node) => node.type === 'Conv' && !pixelConvolution(graph, node));
  return [...new Set(convolutions.map(({ inputs: [input = ''] }) => input))];
}

/** The values whose ranges a plan needs, whichever layers stay in float. */
function rangedValues(graph: EditableGraph): string[] {
  const { held, converted } = selectInt8(graph, []);
  const pixels = new Set(graph.nodes.map((node) => pixelConvolution(graph, node)?.input));
  return [...new Set([...held.values(), ...converted])].filter((value) => !pixels.has(value));
}

function extremes(value: string): OnnxNode[] {
  const attributes = { keepdims: 0 };
  return [
    { type: 'ReduceMin', inputs: [value], output: lowest(value), layer: value, attributes },
    { type: 'ReduceMax', inputs: [value], output: highest(value), layer: value, attributes },
  ];
}

/** The k-th lowest and highest, where k is a share of the value's size. */
function outermost(graph: EditableGraph, value: string): OnnxNode[] {
  const layer = value;
  const integer = (name: string, number: number) =>
    graph.setConstant({
      name: `percentile/${name}`,
      type: 'int64',
      shape: [1],
      data: new Uint8Array(BigInt64Array.of(BigInt(number)).buffer),
    });
  const of = (name: string): string => `${value}/${name}`;
  const all = integer('all', -1);
  const nodes: OnnxNode[] = [
    { type: 'Reshape', inputs: [value, all], output: of('flat'), layer },
    { type: 'Shape', inputs: [of('flat')], output: of('size'), layer },
    { type: 'Div', inputs: [of('size'), integer('parts', 1 / outermostShare)], output: of('share'), layer },
    { type: 'Add', inputs: [of('share'), integer('one', 1)], output: of('count'), layer },
  ];
  for (const [largest, output] of [
    [0, lowest(value)],
    [1, highest(value)],
  ] as const) {
    const top = of(`top_${largest}`);
    nodes.push(
      {
        type: 'TopK',
        inputs: [of('flat'), of('count')],
        output: top,
        unread: [`${top}_indices`],
        layer,
        attributes: { largest },
      },
      { type: largest ? 'ReduceMin' : 'ReduceMax', inputs: [top], output, layer, attributes: { keepdims: 0 } },
    );
  }
  return nodes;
}
