import type { InputSize } from '../image.js';
import type { LayerConfig } from '../network/network-config.js';
import { imageInput } from '../onnx/build-graph.js';
import type { Preprocessing } from '../preprocessing/preprocessing.js';
import type { WeightTensor } from '../weights/weight-file.js';
import { freshNames, type PlainNetwork } from './plain-network.js';

/**
 * Puts a network's preprocessing in front of it, as layers that Keras and TensorFlow.js both have: a 1×1 convolution of zeros and
 * ones that orders the channels, where they are BGR, and a `Rescaling`. The network then takes RGB, 0–255, float32.
 */
export function takePixels(
  { config, weights }: PlainNetwork,
  { preprocessing, inputSize }: { readonly preprocessing: Preprocessing; readonly inputSize: InputSize },
): PlainNetwork {
  const fresh = freshNames(config);
  const image: LayerConfig = {
    name: fresh(imageInput),
    className: 'InputLayer',
    config: { batchInputShape: [null, ...inputSize, 3], dtype: 'float32', sparse: false },
    inputs: [],
  };
  const added = [image];
  const addedWeights: [string, WeightTensor[]][] = [];
  const append = (name: string, className: string, settings: LayerConfig['config']) => {
    const previous = added.at(-1) as LayerConfig;
    added.push({ name: fresh(name), className, config: settings, inputs: [previous.name] });
  };
  if (preprocessing.channels.some((channel, place) => channel !== place)) {
    append('preprocessing_channels', 'Conv2D', channelConvolution);
    addedWeights.push([added.at(-1)!.name, [orderingKernel(preprocessing.channels)]]);
  }
  const { scale, offset } = preprocessing;
  if (scale.some((factor) => factor !== 1) || offset.some((shift) => shift !== 0)) {
    append('preprocessing', 'Rescaling', { scale: oneIfEqual(scale), offset: oneIfEqual(offset) });
  }
  const last = added.at(-1)!.name;
  const rest = config.layers
    .filter(({ name }) => name !== config.input)
    .map((layer) => ({ ...layer, inputs: layer.inputs.map((name) => (name === config.input ? last : name)) }));
  const layers = [...added.map((layer) => ({ ...layer, config: { ...layer.config, name: layer.name } })), ...rest];
  return {
    config: { ...config, layers, input: image.name },
    weights: new Map([...addedWeights, ...weights]),
  };
}

const channelConvolution = {
  filters: 3,
  kernelSize: [1, 1],
  strides: [1, 1],
  padding: 'valid',
  dilationRate: [1, 1],
  activation: 'linear',
  useBias: false,
  trainable: false,
} as const;

/** Shape `[1, 1, 3, 3]`, in and out: exact in any arithmetic that holds 0–255. */
function orderingKernel(channels: Preprocessing['channels']): WeightTensor {
  const data = new Float32Array(9);
  for (const [out, channel] of channels.entries()) data[channel * 3 + out] = 1;
  return { shape: [1, 1, 3, 3], data };
}

function oneIfEqual(values: readonly number[]): number | number[] {
  const [first = 0] = values;
  return values.every((value) => value === first) ? first : [...values];
}
