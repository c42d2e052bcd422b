import { UnsupportedLayerError } from '../errors.js';
import { normalizationEpsilon } from '../layers/normalization.js';
import type { WeightTensor } from '../weights/weight-file.js';
import type { GraphBuilder, GraphValue } from './graph-builder.js';
import type { LayerConversion } from './layer-conversion.js';

/** Keras' `Normalization` of each channel, with numbers given or learnt. */
export function normalization(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const [input] = layer.inputs as [GraphValue];
  const given = layer.config as { mean?: readonly number[]; variance?: readonly number[] };
  const [ownMean, ownVariance] = layer.weights;
  const mean = Float32Array.from(given.mean ?? ownMean?.data ?? []);
  const variance = Float32Array.from(given.variance ?? ownVariance?.data ?? []);
  const deviation = variance.map((value) => Math.max(Math.sqrt(value), normalizationEpsilon));
  const shape = input.planar ? [mean.length, 1, 1] : [mean.length];
  const centred = builder.node('Sub', [input.name, builder.floats(shape, mean)]);
  return { ...input, name: builder.node('Div', [centred, builder.floats(shape, deviation)]) };
}

/**
 * Keras' `LayerNormalization` over the channels.
 * @throws UnsupportedLayerError if it normalises over other axes.
 */
export function layerNormalization(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const [input] = layer.inputs as [GraphValue];
  const rank = layer.outputShape.length + 1;
  const axes = [layer.config['axis'] as number | readonly number[]].flat().map((axis) => (axis + rank) % rank);
  if (axes.length !== 1 || axes[0] !== rank - 1) {
    throw new UnsupportedLayerError(
      `layer "${layer.name}" normalises over axes ${axes.join(', ')}; only the last, ${rank - 1}, can be exported to ONNX; ` +
        'run this network on a tfjs engine instead',
      { subject: layer.name },
    );
  }
  const channels = layer.outputShape.at(-1) ?? 0;
  const weights: WeightTensor[] = [...layer.weights];
  const take = (present: boolean, value: number) =>
    builder.floats([channels], (present ? weights.shift()?.data : undefined) ?? new Float32Array(channels).fill(value));
  const scale = take(layer.config['scale'] !== false, 1);
  const offset = take(layer.config['center'] !== false, 0);
  const name = builder.node('LayerNormalization', [builder.channelsLast(input), scale, offset], {
    axis: -1,
    epsilon: { float: Number(layer.config['epsilon']) },
  });
  return { name, shape: layer.outputShape, planar: false };
}
