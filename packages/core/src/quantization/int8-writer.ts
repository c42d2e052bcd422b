import type { EditableGraph } from '../onnx/editable-graph.js';
import type { OnnxNode } from '../onnx/onnx-graph.js';
import { activationParameters, type AffineParameters } from './affine-parameters.js';
import { int8Product } from './int8-product.js';
import { pixelConvolution } from './pixel-convolution.js';
import type { QuantizationPlan } from './quantization-plan.js';
import { movesOnly, type Int8Selection } from './select-int8.js';

/** Writes nodes in int8, and the steps to uint8 and back. */
export class Int8Writer {
  readonly #graph: EditableGraph;
  readonly #plan: Pick<QuantizationPlan, 'means' | 'ranges' | 'weightBits'>;
  readonly #selection: Int8Selection;
  readonly #written = new Set<string>();
  readonly #readInFloat = new Set<string>();

  constructor(
    graph: EditableGraph,
    options: { plan: Pick<QuantizationPlan, 'means' | 'ranges' | 'weightBits'>; selection: Int8Selection },
  ) {
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
    if (node.type !== 'Conv') {
      return [{ ...node, inputs: node.inputs.map((input) => (held.has(input) ? this.read(input) : input)) }];
    }
    const [source = '', kernel = '', ...rest] = node.inputs;
    if (!held.has(source)) return [node];
    // onnxruntime from 1.21 on turns a float kernel into int8, with one scale for all of it, where it lies between two roundings to
    // uint8: 7-bit kernels with a scale for each channel are better than that. It looks for one scale of the input; here each channel
    // has its own, all the same.
    const [, perGroup = 0] = this.#graph.constant(kernel)?.shape ?? [];
    const channels = perGroup * Number(node.attributes?.['group'] ?? 1);
    const read = `${source}/dequantized_channels`;
    const kept = { ...node, inputs: [read, kernel, ...rest] };
    if (this.#readInFloat.has(source)) return [kept];
    this.#readInFloat.add(source);
    const { scale, zeroPoint } = this.#parameters(source);
    const parameters = [
      this.#graph.setFloats(`${source}/channel_scales`, [channels], new Float32Array(channels).fill(scale)),
      this.#graph.setConstant({
        name: `${source}/channel_zero_points`,
        type: 'uint8',
        shape: [channels],
        data: new Uint8Array(channels).fill(zeroPoint),
      }),
    ];
    const attributes = { axis: 1 };
    const inputs = [`${source}/quantized`, ...parameters];
    return [{ type: 'DequantizeLinear', inputs, output: read, layer: source, attributes }, kept];
  }

  /** A node that reads int8 values; gives a float value, for {@link roundTrip} or for a float node. */
  write(node: OnnxNode, output: string): OnnxNode[] {
    const pixels = pixelConvolution(this.#graph, node);
    if (pixels !== undefined) return pixels.write(this.#plan.weightBits, output);
    const inputs = node.inputs.map((input) => (this.#graph.isConstant(input) ? input : this.read(input)));
    const rewritten = { ...node, inputs, output };
    return node.type === 'Conv' || node.type === 'MatMul' ? this.#product(rewritten, node) : [rewritten];
  }

  #product(rewritten: OnnxNode, { inputs: [source = '', kernelName = '', biasName] }: OnnxNode): OnnxNode[] {
    return int8Product(this.#graph, rewritten, {
      kernel: this.#graph.floats(kernelName) as Float32Array,
      shape: this.#graph.constant(kernelName)?.shape ?? [],
      bias: this.#graph.floats(biasName),
      inputScale: this.#parameters(source).scale,
      bits: this.#plan.weightBits,
      expected: this.#plan.means[source],
    });
  }

  #parameters(value: string): AffineParameters {
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
