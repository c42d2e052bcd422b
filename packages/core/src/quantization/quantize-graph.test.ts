import { describe, expect, it } from 'vitest';
import { goldenPlan, quantizationGraph, readQuantizationGolden } from '../../test/quantization-golden.js';
import type { OnnxGraph, OnnxTensor } from '../onnx/onnx-graph.js';
import { activationParameters } from './affine-parameters.js';
import type { ValueRange } from './quantization-plan.js';
import { quantizeGraph } from './quantize-graph.js';

const golden = readQuantizationGolden();
const float = quantizationGraph(golden);

const views = { float32: Float32Array, uint8: Uint8Array, int8: Int8Array, int32: Int32Array, int64: BigInt64Array };

function numbers({ type, data }: OnnxTensor): number[] {
  return Array.from(new views[type](data.buffer as ArrayBuffer, data.byteOffset), Number);
}

function typesFor(graph: OnnxGraph, output: string): (string | undefined)[] {
  const node = graph.nodes.find((candidate) => candidate.output === output);
  return (node?.inputs ?? []).map((input) => graph.nodes.find((candidate) => candidate.output === input)?.type);
}

describe.each(golden.cases)('quantizeGraph stores what onnxruntime stores, at $bits bits', ({ bits, stored }) => {
  const graph = quantizeGraph(float, goldenPlan(golden, bits));
  const constants = new Map(graph.constants.map((constant) => [constant.name, numbers(constant)]));
  // Where a rectifier is left to the rounding the node gives its value.
  const outputs = {
    stem: 'stem_relu',
    depthwise: 'depthwise_clip',
    expand: 'expand',
    project: 'project',
    last: 'last_relu',
  };

  it.for(Object.entries(outputs))('kernel, bias and scales of "%s"', ([name, output]) => {
    expect(constants.get(`${output}/kernel_int8`)).toEqual(stored[`${name}/kernel_quantized`]);
    expect(constants.get(`${output}/kernel_scale`)).toEqual(stored[`${name}/kernel_scale`]);
    expect(constants.get(`${output}/bias_int32`)).toEqual(stored[`${name}/bias_quantized`]);
    expect(constants.get(`${output}/bias_scale`)).toEqual(stored[`${name}/bias_quantized_scale`]);
  });

  it.for(['scaled', 'stem_relu', 'depthwise_clip', 'expand', 'expand_swish', 'project', 'sum', 'both', 'last_relu'])(
    'scale and zero point of the value "%s"',
    (value) => {
      expect(constants.get(`${value}/scale`)).toEqual(stored[`${value}_scale`]);
      expect(constants.get(`${value}/zero_point`)).toEqual(stored[`${value}_zero_point`]);
    },
  );
});

describe('quantizeGraph', () => {
  const plan = goldenPlan(golden, 8);

  it('drops rectifiers that the rounding does by itself, and moves maxima without rounding them again', () => {
    const graph = quantizeGraph(float, plan);
    expect(graph.nodes.some(({ type }) => type === 'Relu' || type === 'Clip')).toBe(false);
    const scale = graph.nodes.find(({ output }) => output === 'pooled/dequantized')?.inputs[1];
    const of = (name: string | undefined) => numbers(graph.constants.find((constant) => constant.name === name)!);
    expect(of(scale)).toEqual(of('both/scale'));
  });

  it('leaves the last values in float: no node in int8 reads them', () => {
    expect(typesFor(quantizeGraph(float, plan), 'features')).toEqual(['DequantizeLinear']);
  });

  it('computes the layers in fp32 that the plan names, with their rectifiers', () => {
    const graph = quantizeGraph(float, { ...plan, floatLayers: ['depthwise', 'sum'] });
    expect(typesFor(graph, 'depthwise')).toEqual(['DequantizeLinear', undefined, undefined]);
    expect(graph.constants.find(({ name }) => name === 'depthwise/kernel')?.type).toBe('float32');
    expect(graph.nodes.filter(({ type }) => type === 'Clip')).toHaveLength(1);
    expect(graph.nodes.find(({ type }) => type === 'Add')?.inputs).toEqual([
      'stem_relu/dequantized',
      'project/dequantized',
    ]);
  });

  it('gives a convolution in fp32 its input by a scale for each channel: with one, onnxruntime would round its kernel', () => {
    const graph = quantizeGraph(float, { ...plan, floatLayers: ['expand'] });
    const expand = graph.nodes.find(({ output }) => output === 'expand');
    const read = graph.nodes.find(({ output }) => output === expand?.inputs[0]);
    const [, channels = 0] = graph.constants.find(({ name }) => name === 'expand/kernel')?.shape ?? [];
    expect(read).toMatchObject({ type: 'DequantizeLinear', attributes: { axis: 1 } });
    for (const name of read?.inputs.slice(1) ?? []) {
      const constant = graph.constants.find((candidate) => candidate.name === name)!;
      expect(constant.shape).toEqual([channels]);
      expect(new Set(numbers(constant)).size).toBe(1);
    }
  });

  it('stores what only nodes in fp32 read with a scale and a zero point for each channel, in the kernel', () => {
    const ranges = (channels: number): ValueRange[] => Array.from({ length: channels }, (_, c) => [-c / 8, 2 ** -c]);
    // "expand" goes to an activation in fp32, "stem_relu" to sums and convolutions.
    const channelRanges = { expand: ranges(10), stem_relu: ranges(6) };
    const constants = (graph: OnnxGraph) => (name: string) =>
      numbers(graph.constants.find((constant) => constant.name === name)!);
    const graph = quantizeGraph(float, { ...plan, channelRanges });
    const [byTensor, byChannel] = [constants(quantizeGraph(float, plan)), constants(graph)];
    const stored = channelRanges.expand.map(activationParameters);
    expect(byChannel('expand/channel_scales')).toEqual(stored.map(({ scale }) => scale));
    expect(byChannel('expand/channel_zero_points')).toEqual(stored.map(({ zeroPoint }) => zeroPoint));
    expect([byChannel('expand/scale'), byChannel('expand/zero_point')]).toEqual([[1], [0]]);
    expect(byChannel('expand/kernel_int8')).toEqual(byTensor('expand/kernel_int8'));
    stored.forEach(({ scale }, c) =>
      expect(byChannel('expand/kernel_scale')[c]! * scale).toBeCloseTo(byTensor('expand/kernel_scale')[c]!, 8),
    );
    expect(graph.nodes.find(({ type }) => type === 'HardSwish')?.inputs).toEqual(['expand/dequantized_channels']);
    expect(byChannel('stem_relu/scale')).toEqual(byTensor('stem_relu/scale'));
    expect(graph.constants.some(({ name }) => name === 'stem_relu/channel_scales')).toBe(false);
  });

  it('keeps everything in fp32 where all products stay there', () => {
    const floatLayers = ['stem', 'depthwise', 'expand', 'project', 'last'];
    const graph = quantizeGraph(float, { ...plan, floatLayers });
    expect(graph.nodes.map(({ type }) => type)).toEqual(float.nodes.map(({ type }) => type));
  });

  it('refuses a plan of another network', () => {
    const { sum, ...ranges } = plan.ranges;
    expect(sum).toBeDefined();
    expect(() => quantizeGraph(float, { ...plan, ranges })).toThrow('no range for "sum": it is of another network');
  });
});
