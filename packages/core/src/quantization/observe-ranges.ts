import { EditableGraph } from '../onnx/editable-graph.js';
import type { OnnxGraph, OnnxNode, OnnxValue } from '../onnx/onnx-graph.js';
import { pixelConvolution } from './pixel-convolution.js';
import type { CalibrationMethod, ValueRange } from './quantization-plan.js';
import { selectInt8 } from './select-int8.js';

/** A graph that also gives out what its values range over. */
export interface ObservedGraph {
  readonly graph: OnnxGraph;
  /** The ranges in one result of the graph. */
  ranges(outputs: ReadonlyMap<string, Float32Array>): ReadonlyMap<string, ValueRange>;
  /** Each channel's range in one result, for values that convolutions give. */
  channelRanges(outputs: ReadonlyMap<string, Float32Array>): ReadonlyMap<string, readonly ValueRange[]>;
  /** Each channel's mean in one result, for values that convolutions read. */
  means(outputs: ReadonlyMap<string, Float32Array>): ReadonlyMap<string, Float32Array>;
}

/** The share of an image's values that `percentile` leaves out at each end. */
const outermostShare = 1e-4;

/**
 * Adds to a float graph the range of every value that int8 may have to store. The engine finds them where the values are:
 * two numbers come out for each, or for each of its channels, however large it is.
 */
export function observeRanges(graph: OnnxGraph, method: CalibrationMethod): ObservedGraph {
  const editable = new EditableGraph(graph);
  const given = convolutionOutputs(editable);
  const rectified = new Set(given.filter((value) => editable.producer(value)?.type === 'Relu'));
  const note = (value: string, nodes: readonly OnnxNode[], shape: OnnxValue['shape']): void => {
    editable.append(...nodes);
    for (const name of [lowest(value), highest(value)]) {
      if (nodes.some(({ output }) => output === name)) editable.addOutput(name, shape);
    }
  };
  for (const value of given) {
    const channels = channelsOf(value);
    const nodes = rectified.has(value) ? highestOfChannels(value) : extremes(channels, [value, value], [2, 3]);
    note(channels, nodes, ['images', 'channels']);
  }
  const values = rangedValues(editable);
  for (const value of values) {
    if (method === 'percentile') note(value, outermost(editable, value), []);
    else if (rectified.has(value))
      note(value, [reduction('ReduceMax', [highest(channelsOf(value)), highest(value)])], []);
    else note(value, extremes(value, sourcesOf(value, given)), []);
  }
  const read = convolutionInputs(editable);
  for (const value of read) {
    editable.append(...meanOfChannels(value));
    editable.addOutput(mean(value), ['channels']);
  }
  return {
    graph: editable.finish(),
    means: (outputs) => new Map(read.map((value) => [value, outputs.get(mean(value)) ?? new Float32Array()])),
    ranges: (outputs) =>
      new Map(values.map((value) => [value, rangesOf(outputs, value)[0] ?? [Number.NaN, Number.NaN]])),
    channelRanges: (outputs) => new Map(given.map((value) => [value, rangesOf(outputs, channelsOf(value))])),
  };
}

const lowest = (value: string): string => `${value}/lowest`;
const highest = (value: string): string => `${value}/highest`;

const channelsOf = (value: string): string => `${value}/channels`;

const mean = (value: string): string => `${value}/mean`;

function convolutionInputs(graph: EditableGraph): string[] {
  const { computed } = selectInt8(graph, []);
  const convolutions = [...computed].filter((node) => node.type === 'Conv' && !pixelConvolution(graph, node));
  return [...new Set(convolutions.map(({ inputs: [input = ''] }) => input))];
}

function convolutionOutputs(graph: EditableGraph): string[] {
  const { computed, outputs } = selectInt8(graph, []);
  return [...computed].filter(({ type }) => type === 'Conv').map((node) => outputs.get(node) ?? node.output);
}

/** The values whose ranges a plan needs, whichever layers stay in float. */
function rangedValues(graph: EditableGraph): string[] {
  const { held, converted } = selectInt8(graph, []);
  const pixels = new Set(graph.nodes.map((node) => pixelConvolution(graph, node)?.input));
  return [...new Set([...held.values(), ...converted])].filter((value) => !pixels.has(value));
}

/** What a rectifier gives has no lowest but zero, which every range holds. */
function rangesOf(outputs: ReadonlyMap<string, Float32Array>, value: string): ValueRange[] {
  const low = outputs.get(lowest(value));
  return Array.from(outputs.get(highest(value)) ?? [], (top, index) => [low?.[index] ?? 0, top]);
}

/** Those of all channels, where they are known, are already few. */
function sourcesOf(value: string, given: readonly string[]): readonly [low: string, high: string] {
  const channels = channelsOf(value);
  return given.includes(value) ? [lowest(channels), highest(channels)] : [value, value];
}

/** The lowest of one source and the highest of another, along some axes or all. */
function extremes(value: string, [low, high]: readonly [string, string], axes?: readonly number[]): OnnxNode[] {
  return [reduction('ReduceMin', [low, lowest(value)], axes), reduction('ReduceMax', [high, highest(value)], axes)];
}

// Engines keep images in an order of their own between convolutions: they pool in it, but leave it to reduce.
function highestOfChannels(value: string): OnnxNode[] {
  const pooled = `${channelsOf(value)}/pooled`;
  return [
    { type: 'GlobalMaxPool', inputs: [value], output: pooled, layer: value },
    { type: 'Flatten', inputs: [pooled], output: highest(channelsOf(value)), layer: value },
  ];
}

function meanOfChannels(value: string): OnnxNode[] {
  const pooled = `${mean(value)}/pooled`;
  return [
    { type: 'GlobalAveragePool', inputs: [value], output: pooled, layer: value },
    reduction('ReduceMean', [pooled, mean(value)], [0, 2, 3]),
  ];
}

type FromTo = readonly [input: string, output: string];

function reduction(type: string, [input, output]: FromTo, axes?: readonly number[]): OnnxNode {
  return { type, inputs: [input], output, layer: output, attributes: { keepdims: 0, ...(axes && { axes }) } };
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
