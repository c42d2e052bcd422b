import { readFileSync } from 'node:fs';
import { preprocessingLayer } from '../src/onnx/build-graph.js';
import { encodeOnnxModel, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../src/onnx/onnx-graph.js';
import type { ImageBatch } from '../src/image.js';
import { calibrate } from '../src/quantization/calibrate.js';
import type { GraphRunner } from '../src/quantization/graph-runs.js';
import { quantizeGraph } from '../src/quantization/quantize-graph.js';
import type { QuantizationPlan, ValueRange } from '../src/quantization/quantization-plan.js';
import { fillUniform } from '../src/weights/weight-formula.js';

/** What onnxruntime's own quantiser made of {@link quantizationGraph} (oracles/quantization.py). */
export interface QuantizationGolden {
  readonly seed: number;
  readonly size: readonly [height: number, width: number];
  readonly activationRanges: readonly {
    readonly range: ValueRange;
    readonly scale: number;
    readonly zeroPoint: number;
  }[];
  readonly valueRanges: Readonly<Record<string, ValueRange>>;
  readonly floatFeatures: readonly number[];
  readonly cases: readonly {
    readonly bits: 7 | 8;
    /** Integers, scales and zero points by name. */
    readonly stored: Readonly<Record<string, readonly number[]>>;
    /** What the quantised graph gives for `formulaImage(size, seed)`. */
    readonly features: readonly number[];
  }[];
}

export function readQuantizationGolden(): QuantizationGolden {
  const url = new URL('./golden/quantization.json', import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as QuantizationGolden;
}

/** The golden's ranges as a plan. */
export function goldenPlan({ valueRanges }: QuantizationGolden, weightBits: 7 | 8): QuantizationPlan {
  return { weightBits, method: 'minmax', ranges: valueRanges, means: {}, floatLayers: [], cosine: 1 };
}

/** {@link quantizationGraph} as a file: in int8, but for some layers, if it is given the bits of a weight, else in fp32. */
export function goldenModel(golden: QuantizationGolden, bits?: 7 | 8, floatLayers: readonly string[] = []): Uint8Array {
  const graph = quantizationGraph(golden);
  return encodeOnnxModel(
    bits === undefined ? graph : quantizeGraph(graph, { ...goldenPlan(golden, bits), floatLayers }),
  );
}

const channels = 8;

/** The size of a feature of {@link unevenModel} beside that of {@link quantizationGraph}. */
export function unevenSize(feature: number): number {
  return 2 ** -(feature % channels);
}

/** {@link quantizationGraph} with features each half as large as the one before, in fp32 or by a plan. */
export function unevenModel(golden: QuantizationGolden, plan?: QuantizationPlan): Uint8Array {
  const graph = unevenGraph(golden);
  return encodeOnnxModel(plan === undefined ? graph : quantizeGraph(graph, plan));
}

/** A plan for {@link unevenModel}, by the extremes of 8-bit weights. */
export async function calibrateUneven(
  golden: QuantizationGolden,
  images: ImageBatch,
  open: GraphRunner['open'],
): Promise<QuantizationPlan> {
  const options = { open, weightBits: 8, method: 'minmax', minimumCosine: 0.99 } as const;
  const calibration = await calibrate(unevenGraph(golden), images, options);
  if (calibration.precision === 'fp32') throw new Error(calibration.reason);
  return calibration.plan;
}

function unevenGraph(golden: QuantizationGolden): OnnxGraph {
  const graph = quantizationGraph(golden);
  const constants = graph.constants.map((constant) => {
    if (!['last/kernel', 'last/bias'].includes(constant.name)) return constant;
    const values = new Float32Array(constant.data.slice().buffer);
    const perChannel = values.length / channels;
    return {
      ...constant,
      data: new Uint8Array(values.map((value, i) => value * unevenSize(Math.floor(i / perChannel))).buffer),
    };
  });
  return { ...graph, constants };
}

/** `[out, in / groups, height, width]`, pads, strides, groups, as in the oracle. */
const convolutions: Readonly<
  Record<string, readonly [readonly number[], readonly number[], readonly number[], number]>
> = {
  stem: [[6, 3, 3, 3], [1, 1, 1, 1], [2, 2], 1],
  depthwise: [[6, 1, 3, 3], [1, 1, 1, 1], [1, 1], 6],
  expand: [[10, 6, 1, 1], [0, 0, 0, 0], [1, 1], 1],
  project: [[6, 10, 1, 1], [0, 0, 0, 0], [1, 1], 1],
  last: [[8, 12, 2, 2], [0, 0, 1, 1], [1, 1], 1],
};

/** The float graph that the oracle quantises: every kind of node that int8 meets. */
export function quantizationGraph({ seed, size }: QuantizationGolden): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const constants: OnnxTensor[] = [];
  const constant = (name: string, shape: readonly number[], values: Float32Array): string => {
    constants.push({ name, type: 'float32', shape, data: new Uint8Array(values.buffer) });
    return name;
  };
  const node = (type: string, inputs: readonly string[], rest: Omit<OnnxNode, 'type' | 'inputs' | 'layer'>): string => {
    nodes.push({ type, inputs, layer: rest.output, ...rest });
    return rest.output;
  };
  const convolution = (name: string, value: string): string => {
    const [shape, pads, strides, group] = convolutions[name] as (typeof convolutions)[string];
    const fanIn = shape.slice(1).reduce((product, length) => product * length, 1);
    const kernel = new Float32Array(fanIn * (shape[0] ?? 0));
    const bias = new Float32Array(shape[0] ?? 0);
    fillUniform(kernel, { key: { seed, layer: name, index: 0 }, offset: 0, spread: Math.sqrt(6 / fanIn) });
    fillUniform(bias, { key: { seed, layer: name, index: 1 }, offset: 0, spread: 0.25 });
    const inputs = [value, constant(`${name}/kernel`, shape, kernel), constant(`${name}/bias`, [bias.length], bias)];
    return node('Conv', inputs, { output: name, attributes: { kernel_shape: shape.slice(2), pads, strides, group } });
  };
  const layer = preprocessingLayer;
  nodes.push(
    { type: 'Cast', inputs: ['image'], output: 'float', layer, attributes: { to: 1 } },
    { type: 'Transpose', inputs: ['float'], output: 'planar', layer, attributes: { perm: [0, 3, 1, 2] } },
    {
      type: 'Mul',
      inputs: ['planar', constant('factors', [3, 1, 1], Float32Array.of(1 / 255, 1 / 200, 1 / 150))],
      output: 'scaled',
      layer,
    },
  );
  const stem = node('Relu', [convolution('stem', 'scaled')], { output: 'stem_relu' });
  const bounds = [constant('zero', [], Float32Array.of(0)), constant('six', [], Float32Array.of(1.5))];
  const clipped = node('Clip', [convolution('depthwise', stem), ...bounds], { output: 'depthwise_clip' });
  const swish = node('HardSwish', [convolution('expand', clipped)], { output: 'expand_swish' });
  const sum = node('Add', [stem, convolution('project', swish)], { output: 'sum' });
  const both = node('Concat', [sum, stem], { output: 'both', attributes: { axis: 1 } });
  const pooled = node('MaxPool', [both], { output: 'pooled', attributes: { kernel_shape: [2, 2], strides: [1, 1] } });
  const last = node('Relu', [convolution('last', pooled)], { output: 'last_relu' });
  node('GlobalAveragePool', [last], { output: 'features' });
  return {
    name: 'network',
    nodes,
    constants,
    inputs: [{ name: 'image', type: 'uint8', shape: ['batch', ...size, 3] }],
    outputs: [{ name: 'features', type: 'float32', shape: ['batch', 8, 1, 1] }],
  };
}
