import type { WeightTensor } from '../weights/weight-file.js';
import type { GraphBuilder, GraphValue } from './graph-builder.js';
import type { LayerConversion } from './layer-conversion.js';
import { windowPads, type Window } from './padding.js';

/** Keras' `Conv2D`: kernel `[height, width, in, out]`. */
export function convolution(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const [kernel] = layer.weights as [WeightTensor];
  const [height, width, inputs, outputs] = kernel.shape as [number, number, number, number];
  const values = transposeKernel(kernel.data, { window: height * width, inputs, outputs });
  const weights = builder.floats([outputs, inputs, height, width], values);
  return convolve(builder, layer, { weights, size: [height, width], groups: 1 });
}

/** Keras' `DepthwiseConv2D`: kernel `[height, width, in, multiplier]`. */
export function depthwiseConvolution(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const [kernel] = layer.weights as [WeightTensor];
  const [height, width, inputs, multiplier] = kernel.shape as [number, number, number, number];
  const values = transposeKernel(kernel.data, { window: height * width, inputs: 1, outputs: inputs * multiplier });
  const weights = builder.floats([inputs * multiplier, 1, height, width], values);
  return convolve(builder, layer, { weights, size: [height, width], groups: inputs });
}

/** Our `ChannelwiseConv2D`: kernel `[height, width, 1, channels]`, stride 1, padding `same`. */
export function channelwiseConvolution(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const [kernel] = layer.weights as [WeightTensor];
  const [height, width, , channels] = kernel.shape as [number, number, number, number];
  const values = transposeKernel(kernel.data, { window: height * width, inputs: 1, outputs: channels });
  const weights = builder.floats([channels, 1, height, width], values);
  const config = { strides: [1, 1], dilationRate: [1, 1], padding: 'same' };
  return convolve(builder, { ...layer, config }, { weights, size: [height, width], groups: channels });
}

function convolve(
  builder: GraphBuilder,
  layer: LayerConversion,
  kernel: { weights: string; size: readonly [number, number]; groups: number },
): GraphValue {
  const [input] = layer.inputs as [GraphValue];
  const bias = layer.weights[1];
  const window: Window = {
    input: [input.shape[0] ?? 0, input.shape[1] ?? 0],
    size: kernel.size,
    strides: layer.config['strides'] as [number, number],
    dilation: layer.config['dilationRate'] as [number, number],
  };
  const inputs = [
    builder.channelsFirst(input),
    kernel.weights,
    ...(bias === undefined ? [] : [builder.floats(bias.shape, bias.data)]),
  ];
  const name = builder.node('Conv', inputs, {
    kernel_shape: kernel.size,
    strides: window.strides,
    dilations: window.dilation,
    pads: windowPads(String(layer.config['padding']), window),
    group: kernel.groups,
  });
  return { name, shape: layer.outputShape, planar: true };
}

// As many outputs as a cache line holds floats, times two: a tile's reads and writes stay in the nearest cache.
const tile = 32;

/** From `[window, in, out]` to `[out, in, window]`. */
function transposeKernel(
  source: Float32Array,
  size: { window: number; inputs: number; outputs: number },
): Float32Array {
  const { window, inputs, outputs } = size;
  const target = new Float32Array(source.length);
  const stride = inputs * window;
  for (let first = 0; first < outputs; first += tile) {
    const end = Math.min(first + tile, outputs);
    for (let i = 0; i < inputs; i++) {
      for (let w = 0; w < window; w++) {
        const row = (w * inputs + i) * outputs;
        const column = i * window + w;
        for (let o = first; o < end; o++) target[o * stride + column] = source[row + o] as number;
      }
    }
  }
  return target;
}
