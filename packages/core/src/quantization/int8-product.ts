import type { EditableGraph } from '../onnx/editable-graph.js';
import type { OnnxNode } from '../onnx/onnx-graph.js';
import { quantizeBias, quantizeKernel, type ChannelParameters, type QuantizedKernel } from './affine-parameters.js';

/** What {@link int8Product} writes. */
export interface Int8ProductOptions {
  readonly kernel: Float32Array;
  readonly shape: readonly number[];
  readonly bias: Float32Array | undefined;
  readonly inputScale: number;
  readonly bits: 7 | 8;
  /** What each input channel is on average, if known: the bias then makes good what rounding the kernel changes there. */
  readonly expected?: ArrayLike<number> | undefined;
  /** Of a convolution: how each output channel is stored, where the value it gives has no scale of its own. */
  readonly channels?: ChannelParameters | undefined;
}

/** A convolution, or a matrix product, whose constants are stored as integers. */
export function int8Product(graph: EditableGraph, node: OnnxNode, asked: Int8ProductOptions): OnnxNode[] {
  const options = asked.channels === undefined ? asked : inChannelScales(asked, asked.channels);
  const { kernel, shape, inputScale, bits } = options;
  const axis = node.type === 'Conv' ? 0 : 1;
  const channels = shape[axis] ?? 0;
  // The channels of a matrix are its columns.
  const rows = axis === 0 ? kernel : transpose(kernel, channels);
  const quantized = quantizeKernel(rows, { channels, bits, inputScale, bias: options.bias });
  const bias = correctedBias(node, options, quantized);
  const values = axis === 0 ? quantized.values : transpose(quantized.values, shape[0] ?? 0);
  const { output, layer } = node;
  const constant = (name: string, array: Int8Array | Int32Array, size: readonly number[]): string =>
    graph.setConstant({
      name: `${output}/${name}`,
      type: array instanceof Int8Array ? 'int8' : 'int32',
      shape: size,
      data: new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
    });
  const nodes: OnnxNode[] = [];
  const dequantize = (name: string, inputs: readonly string[], along: number): string => {
    const read = `${output}/dequantized_${name}`;
    nodes.push({ type: 'DequantizeLinear', inputs, output: read, layer, attributes: { axis: along } });
    return read;
  };
  const inputs = [
    node.inputs[0] ?? '',
    dequantize(
      'kernel',
      [
        constant('kernel_int8', values, shape),
        graph.setFloats(`${output}/kernel_scale`, [channels], quantized.scales),
        constant('kernel_zero_point', new Int8Array(channels), [channels]),
      ],
      axis,
    ),
  ];
  if (bias !== undefined) {
    const integers = quantizeBias(bias, { input: inputScale, kernel: quantized.scales });
    const scales = quantized.scales.map((scale) => scale * inputScale);
    const stored = [
      constant('bias_int32', integers, [channels]),
      graph.setFloats(`${output}/bias_scale`, [channels], scales),
    ];
    inputs.push(dequantize('bias', stored, 0));
  }
  nodes.push({ ...node, inputs });
  return nodes;
}

/** Scales and zero points of the output's channels, folded into kernel and bias: what comes out is what is stored. */
function inChannelScales(options: Int8ProductOptions, { scales, zeroPoints }: ChannelParameters): Int8ProductOptions {
  const size = options.kernel.length / scales.length;
  return {
    ...options,
    kernel: options.kernel.map((weight, index) => weight / (scales[Math.floor(index / size)] as number)),
    bias: Float32Array.from(zeroPoints, (zero, c) => (options.bias?.[c] ?? 0) / (scales[c] as number) + zero),
  };
}

/**
 * Rounded weights change a channel's mean; the bias takes that back.
 * @see Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization and Bias Correction", section 4.2
 */
function correctedBias(
  node: OnnxNode,
  { kernel, shape, bias, expected }: Int8ProductOptions,
  { values, scales }: QuantizedKernel,
): Float32Array | undefined {
  if (node.type !== 'Conv' || expected === undefined) return bias;
  const [outputs = 0, inputs = 0, height = 0, width = 0] = shape;
  const window = height * width;
  const perGroup = outputs / Number(node.attributes?.['group'] ?? 1);
  const corrected = Float32Array.from(bias ?? new Float32Array(outputs));
  let position = 0;
  for (let o = 0; o < outputs; o++) {
    const first = Math.floor(o / perGroup) * inputs;
    const scale = scales[o] as number;
    let shift = 0;
    for (let c = 0; c < inputs; c++) {
      let lost = 0;
      for (let w = 0; w < window; w++, position++) {
        lost += (kernel[position] as number) - scale * (values[position] as number);
      }
      shift += lost * (expected[first + c] ?? 0);
    }
    corrected[o] = (corrected[o] as number) + shift;
  }
  return corrected;
}

/** From rows to columns, for any numbers. */
function transpose<Values extends Float32Array | Int8Array>(source: Values, columns: number): Values {
  const rows = source.length / columns;
  const target = source.slice() as Values;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      target[column * rows + row] = source[row * columns + column] as number;
    }
  }
  return target;
}
