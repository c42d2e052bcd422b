import type { EditableGraph } from '../onnx/editable-graph.js';
import type { OnnxNode } from '../onnx/onnx-graph.js';
import {
  activationParameters,
  channelParameters,
  type AffineParameters,
  type ChannelParameters,
} from './affine-parameters.js';
import { int8Product } from './int8-product.js';
import { pixelConvolution } from './pixel-convolution.js';
import type { QuantizationPlan } from './quantization-plan.js';
import { movesOnly, type Int8Selection } from './select-int8.js';

/** What of a plan says how values and weights are stored. */
export type StoragePlan = Pick<QuantizationPlan, 'channelRanges' | 'means' | 'ranges' | 'weightBits'>;

/** A value that is read, and the nodes that come before that. */
interface Reading {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
}

// What a convolution itself stores where each channel has a scale: that scale is in its kernel's rows.
const unscaled: AffineParameters = { scale: 1, zeroPoint: 0 };

/** Writes nodes in int8, and the steps to uint8 and back. */
export class Int8Writer {
  readonly #graph: EditableGraph;
  readonly #plan: StoragePlan;
  readonly #selection: Int8Selection;
  readonly #written = new Set<string>();

  constructor(graph: EditableGraph, options: { plan: StoragePlan; selection: Int8Selection }) {
    this.#graph = graph;
    this.#plan = options.plan;
    this.#selection = options.selection;
  }

  /** The name under which an int8 node reads a value. */
  read(value: string): string {
    return `${value}/dequantized`;
  }

  /** The values that a node reads as uint8. */
  reads(node: OnnxNode): readonly string[] {
    if (pixelConvolution(this.#graph, node) !== undefined) return [];
    return node.inputs.filter((input) => this.#selection.held.has(input) || this.#selection.converted.has(input));
  }

  /**
   * To uint8 and back; nothing if that is written already.
   * @param as - The value whose range it has.
   */
  roundTrip(value: string, as = value): OnnxNode[] {
    if (this.#written.has(value)) return [];
    this.#written.add(value);
    const { scale, zeroPoint } = this.#parameters(as);
    const constants = [
      this.#graph.setFloats(`${value}/scale`, [], Float32Array.of(scale)),
      this.#graph.setConstant({
        name: `${value}/zero_point`,
        type: 'uint8',
        shape: [],
        data: Uint8Array.of(zeroPoint),
      }),
    ];
    const stored = `${value}/quantized`;
    return [
      { type: 'QuantizeLinear', inputs: [value, ...constants], output: stored, layer: value },
      { type: 'DequantizeLinear', inputs: [stored, ...constants], output: this.read(value), layer: value },
    ];
  }

  /** A node that stays in float, and reads what is held as uint8 as float. */
  keep(node: OnnxNode): OnnxNode[] {
    const { held } = this.#selection;
    const readings = node.inputs.map((input): Reading => {
      if (!held.has(input)) return { name: input, nodes: [] };
      return node.type === 'Conv' ? this.#readByChannels(input, this.#alike(input, node)) : this.readInFloat(input);
    });
    return [...readings.flatMap(({ nodes }) => nodes), { ...node, inputs: readings.map(({ name }) => name) }];
  }

  /**
   * A held value as a float node reads it.
   * @param as - The value whose range it has.
   */
  readInFloat(value: string, as = value): Reading {
    const channels = this.#channels(as);
    return channels === undefined ? { name: this.read(value), nodes: [] } : this.#readByChannels(value, channels);
  }

  #readByChannels(value: string, { scales, zeroPoints }: ChannelParameters): Reading {
    const name = `${value}/dequantized_channels`;
    if (this.#written.has(name)) return { name, nodes: [] };
    this.#written.add(name);
    const parameters = [
      this.#graph.setFloats(`${value}/channel_scales`, [scales.length], scales),
      this.#graph.setConstant({
        name: `${value}/channel_zero_points`,
        type: 'uint8',
        shape: [zeroPoints.length],
        data: zeroPoints,
      }),
    ];
    const inputs = [`${value}/quantized`, ...parameters];
    const attributes = { axis: 1 };
    return { name, nodes: [{ type: 'DequantizeLinear', inputs, output: name, layer: value, attributes }] };
  }

  /**
   * A convolution's input by the scale of its channels, all the same where none has its own. onnxruntime from 1.21 on turns a float
   * kernel into int8, with one scale for all of it, where it lies between two roundings to uint8: 7-bit kernels with a scale for each
   * channel are better than that. It looks for one scale of the input.
   */
  #alike(value: string, { inputs: [, kernel = ''], attributes }: OnnxNode): ChannelParameters {
    const channels = this.#channels(value);
    if (channels !== undefined) return channels;
    const [, perGroup = 0] = this.#graph.constant(kernel)?.shape ?? [];
    const size = perGroup * Number(attributes?.['group'] ?? 1);
    const { scale, zeroPoint } = this.#parameters(value);
    return { scales: new Float32Array(size).fill(scale), zeroPoints: new Uint8Array(size).fill(zeroPoint) };
  }

  /**
   * A node that reads int8 values; gives a float value, for {@link roundTrip} or for a float node.
   * @param as - The value that it stands for.
   */
  write(node: OnnxNode, output: string, as = output): OnnxNode[] {
    const pixels = pixelConvolution(this.#graph, node);
    const channels = this.#channels(as);
    if (pixels !== undefined) return pixels.write({ output, bits: this.#plan.weightBits, channels });
    const inputs = node.inputs.map((input) => (this.#graph.isConstant(input) ? input : this.read(input)));
    const rewritten = { ...node, inputs, output };
    return node.type === 'Conv' || node.type === 'MatMul' ? this.#product(rewritten, node, channels) : [rewritten];
  }

  #product(
    rewritten: OnnxNode,
    { inputs: [source = '', kernelName = '', biasName] }: OnnxNode,
    channels: ChannelParameters | undefined,
  ): OnnxNode[] {
    return int8Product(this.#graph, rewritten, {
      kernel: this.#graph.floats(kernelName) as Float32Array,
      shape: this.#graph.constant(kernelName)?.shape ?? [],
      bias: this.#graph.floats(biasName),
      inputScale: this.#parameters(source).scale,
      bits: this.#plan.weightBits,
      expected: this.#plan.means[source],
      channels,
    });
  }

  /** The scale of each channel, for a value that leaves int8. */
  #channels(value: string): ChannelParameters | undefined {
    const { held, leaving } = this.#selection;
    const ranges = leaving.has(value) ? this.#plan.channelRanges?.[held.get(value) ?? value] : undefined;
    return ranges && channelParameters(ranges);
  }

  #parameters(value: string): AffineParameters {
    if (this.#channels(value) !== undefined) return unscaled;
    let source = this.#selection.held.get(value) ?? value;
    for (;;) {
      const range = this.#plan.ranges[source];
      if (range !== undefined) return activationParameters(range);
      // What a float node only moved has the range of where it came from.
      const producer = this.#graph.producer(source);
      if (producer === undefined || !movesOnly(producer)) {
        throw new RangeError(
          `the quantisation plan has no range for "${value}": it is of another network; calibrate again`,
        );
      }
      source = producer.inputs[0] ?? '';
    }
  }
}
