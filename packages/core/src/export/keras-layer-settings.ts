import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { LayerConfig } from '../network/network-config.js';

type Settings = Readonly<Record<string, unknown>>;
type Layer = LayersModel['layers'][number];

/** Keras' name of a setting, and TensorFlow.js'. */
type Setting = readonly [keras: string, tfjs: string];

const window: readonly Setting[] = [
  ['kernel_size', 'kernelSize'],
  ['strides', 'strides'],
  ['padding', 'padding'],
  ['dilation_rate', 'dilationRate'],
  ['activation', 'activation'],
  ['use_bias', 'useBias'],
];
const pool: readonly Setting[] = [
  ['pool_size', 'poolSize'],
  ['strides', 'strides'],
  ['padding', 'padding'],
];

/** What of a layer's settings Keras knows, by class; initialisers, regularisers and constraints say nothing of a trained model. */
const settings: Readonly<Record<string, readonly Setting[]>> = {
  Activation: [['activation', 'activation']],
  AveragePooling2D: pool,
  BatchNormalization: ['axis', 'momentum', 'epsilon', 'center', 'scale'].map((name) => [name, name] as const),
  Concatenate: [['axis', 'axis']],
  Conv2D: [['filters', 'filters'], ...window],
  Cropping2D: [['cropping', 'cropping']],
  Dense: [
    ['units', 'units'],
    ['activation', 'activation'],
    ['use_bias', 'useBias'],
  ],
  DepthwiseConv2D: [['depth_multiplier', 'depthMultiplier'], ...window],
  Dropout: [['rate', 'rate']],
  ELU: [['alpha', 'alpha']],
  LayerNormalization: ['axis', 'epsilon', 'center', 'scale'].map((name) => [name, name] as const),
  LeakyReLU: [['negative_slope', 'alpha']],
  MaxPooling2D: pool,
  ReLU: [['max_value', 'maxValue']],
  Rescaling: [
    ['scale', 'scale'],
    ['offset', 'offset'],
  ],
  Reshape: [['target_shape', 'targetShape']],
  SeparableConv2D: [['filters', 'filters'], ['depth_multiplier', 'depthMultiplier'], ...window],
  Softmax: [['axis', 'axis']],
  ZeroPadding2D: [['padding', 'padding']],
};

type Renaming = (layer: LayerConfig, made: Layer) => { readonly className: string; readonly settings: Settings };

/** Layers that have another name in Keras 3. */
const renamings: Readonly<Record<string, Renaming>> = {
  ChannelwiseConv2D: ({ config }, made) => {
    const channels = (made.outputShape as number[]).at(-1);
    const { kernelSize } = config;
    return {
      className: 'Conv2D',
      settings: { filters: channels, groups: channels, kernel_size: kernelSize, padding: 'same' },
    };
  },
  InputLayer: (_, made) => ({
    className: 'InputLayer',
    settings: { batch_shape: made.outputShape, sparse: false },
  }),
  KeepdimsAveragePooling: () => ({ className: 'GlobalAveragePooling2D', settings: { keepdims: true } }),
  Normalization: ({ config }) => ({
    className: 'Normalization',
    settings: { axis: -1, mean: config['mean'] ?? null, variance: config['variance'] ?? null },
  }),
  // Keras 3 has dropped the layer; its ReLU does the same.
  ThresholdedReLU: ({ config }) => ({ className: 'ReLU', settings: { threshold: config['theta'] } }),
};

/** A layer's class and settings, as Keras 3 calls them. */
export function kerasLayerSettings(layer: LayerConfig, made: Layer): ReturnType<Renaming> {
  const renaming = renamings[layer.className];
  if (renaming !== undefined) return renaming(layer, made);
  const { className, config } = layer;
  const known = (settings[className] ?? []).filter(([, name]) => config[name] !== undefined && config[name] !== null);
  return { className, settings: Object.fromEntries(known.map(([keras, name]) => [keras, config[name]])) };
}
