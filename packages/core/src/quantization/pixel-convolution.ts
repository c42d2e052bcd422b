import { imageInput, preprocessingLayer } from '../onnx/build-graph.js';
import type { EditableGraph } from '../onnx/editable-graph.js';
import type { OnnxNode } from '../onnx/onnx-graph.js';
import { int8Product, type Int8ProductOptions } from './int8-product.js';

/** The first convolution, where it reads pixels or pixels with a shift. */
export interface PixelConvolution {
  /** The value that it reads in the float graph. */
  readonly input: string;
  /** Writes it so that it reads the image's own bytes: no rounding, no copy to float. */
  write(options: Pick<Int8ProductOptions, 'bits' | 'channels'> & { readonly output: string }): OnnxNode[];
}

const brightest = 255;
const grey = brightest / 2;

/**
 * Finds a convolution that can read the image as it comes, uint8 with scale 1 and zero point 0.
 *
 * A shift of the pixels in front of a convolution that pads cannot go into its bias, because at the border the zeros stand for
 * shifted pixels. So the image gets a fourth channel, 255 everywhere, with kernels of its own that add the shift:
 * where the convolution pads, that channel is 0 as well, and so is the shift. Exact, and cheap: one `Pad` of bytes.
 */
export function pixelConvolution(graph: EditableGraph, node: OnnxNode): PixelConvolution | undefined {
  const [input = '', kernelName = '', biasName] = node.inputs;
  if (node.type !== 'Conv') return undefined;
  const producer = graph.producer(input);
  const shift =
    producer?.layer === preprocessingLayer && producer.type === 'Add' ? graph.floats(producer.inputs[1]) : undefined;
  const pixels = shift === undefined ? producer : graph.producer(producer?.inputs[0] ?? '');
  if (pixels?.layer !== preprocessingLayer || pixels.type !== 'Transpose') return undefined;
  const kernel = graph.floats(kernelName);
  const shape = graph.constant(kernelName)?.shape;
  if (kernel === undefined || shape === undefined) return undefined;
  return {
    input,
    write({ output, bits, channels }) {
      const { layer } = node;
      const bias = graph.floats(biasName);
      const scale = [
        graph.setFloats('preprocessing/scale', [], Float32Array.of(1)),
        graph.setConstant({ name: 'preprocessing/zero_point', type: 'uint8', shape: [], data: Uint8Array.of(0) }),
      ];
      const nodes: OnnxNode[] = [];
      let bytes: string = imageInput;
      if (shift !== undefined) {
        const pads = new Uint8Array(BigInt64Array.of(0n, 0n, 0n, 0n, 0n, 0n, 0n, 1n).buffer);
        const inputs = [
          imageInput,
          graph.setConstant({ name: 'preprocessing/pads', type: 'int64', shape: [8], data: pads }),
          graph.setConstant({ name: 'preprocessing/one', type: 'uint8', shape: [], data: Uint8Array.of(brightest) }),
        ];
        bytes = `${preprocessingLayer}/Pad`;
        nodes.push({ type: 'Pad', inputs, output: bytes, layer });
      }
      const planar = `${preprocessingLayer}/bytes`;
      const read = `${preprocessingLayer}/dequantized`;
      nodes.push(
        { type: 'Transpose', inputs: [bytes], output: planar, layer, attributes: { perm: [0, 3, 1, 2] } },
        { type: 'DequantizeLinear', inputs: [planar, ...scale], output: read, layer },
      );
      const widened = shift === undefined ? { kernel, shape } : withShift(kernel, shape, shift);
      const convolution = { ...node, inputs: [read], output };
      const expected = shift === undefined ? [grey, grey, grey] : [...shift.map((value) => -value), brightest];
      nodes.push(...int8Product(graph, convolution, { ...widened, bias, inputScale: 1, bits, expected, channels }));
      return nodes;
    },
  };
}

/** The kernel with a fourth channel that adds the shift of the other three. */
function withShift(
  kernel: Float32Array,
  shape: readonly number[],
  shift: Float32Array,
): { kernel: Float32Array; shape: readonly number[] } {
  const [outputs = 0, channels = 0, height = 0, width = 0] = shape;
  const window = height * width;
  const widened = new Float32Array(outputs * (channels + 1) * window);
  for (let o = 0; o < outputs; o++) {
    const own = kernel.subarray(o * channels * window, (o + 1) * channels * window);
    const target = widened.subarray(o * (channels + 1) * window, (o + 1) * (channels + 1) * window);
    target.set(own);
    for (let w = 0; w < window; w++) {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += (own[c * window + w] as number) * (shift[c] as number);
      target[channels * window + w] = sum / brightest;
    }
  }
  return { kernel: widened, shape: [outputs, channels + 1, height, width] };
}
