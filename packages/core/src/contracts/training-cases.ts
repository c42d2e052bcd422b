import { input, layers, model, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { ChannelwiseConv2D } from '../layers/channelwise-conv2d.js';
import { CustomScaleLayer } from '../layers/custom-scale-layer.js';
import '../layers/hard-activations.js';
import { KeepdimsAveragePooling } from '../layers/keepdims-pooling.js';
import { LayerScale } from '../layers/layer-scale.js';

type Build = (image: SymbolicTensor) => SymbolicTensor;
interface Applicable {
  apply(input: SymbolicTensor): unknown;
}

const through = (image: SymbolicTensor, ...steps: Applicable[]): SymbolicTensor =>
  steps.reduce((value, layer) => layer.apply(value) as SymbolicTensor, image);

const join = (layer: { apply(inputs: SymbolicTensor[]): unknown }, ...inputs: SymbolicTensor[]): SymbolicTensor =>
  layer.apply(inputs) as SymbolicTensor;

const activation = (name: string): Applicable => layers.activation({ activation: name as 'relu', name });

const branches = (image: SymbolicTensor) =>
  [
    through(image, layers.conv2d({ filters: 4, kernelSize: 1, name: 'left' })),
    through(image, layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', name: 'right' })),
  ] as const;

/** Small networks that between them hold every layer of graft's backbones and heads, at odd sizes. */
const networks: Readonly<Record<string, Build>> = {
  'convolutions with and without padding, strides and bias': (image) =>
    through(
      image,
      layers.conv2d({ filters: 5, kernelSize: 3, padding: 'same', activation: 'relu', name: 'a' }),
      layers.conv2d({ filters: 4, kernelSize: [3, 2], strides: [2, 1], activation: 'tanh', name: 'b' }),
      layers.conv2d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same', useBias: false, name: 'c' }),
      layers.conv2d({ filters: 3, kernelSize: 1, name: 'd' }),
    ),
  'a convolution that jumps over pixels, and one as wide as its stride': (image) =>
    through(
      image,
      layers.conv2d({ filters: 5, kernelSize: 1, strides: 2, name: 'a' }),
      layers.conv2d({ filters: 4, kernelSize: 2, strides: 2, name: 'b' }),
    ),
  'depthwise convolutions, with strides and with several outputs for a channel': (image) =>
    through(
      image,
      layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', depthMultiplier: 2, name: 'a' }),
      layers.depthwiseConv2d({ kernelSize: 5, strides: 2, padding: 'same', name: 'b' }),
      layers.depthwiseConv2d({ kernelSize: 3, strides: 2, useBias: false, name: 'c' }),
    ),
  'separable and channelwise convolutions': (image) =>
    through(
      image,
      layers.separableConv2d({ filters: 5, kernelSize: 3, padding: 'same', useBias: false, name: 'a' }),
      layers.separableConv2d({ filters: 4, kernelSize: 3, strides: 2, name: 'b' }),
      new ChannelwiseConv2D({ kernelSize: [3, 3], name: 'c' }),
    ),
  'pooling, overlapping and at edges': (image) => {
    const wide = through(image, layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', name: 'wide' }));
    return join(
      layers.concatenate({ name: 'all' }),
      through(wide, layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same', name: 'a' })),
      through(wide, layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same', name: 'b' })),
      through(
        wide,
        layers.zeroPadding2d({
          padding: [
            [0, 1],
            [1, 2],
          ],
          name: 'c',
        }),
        layers.cropping2D({
          cropping: [
            [1, 0],
            [0, 3],
          ],
          name: 'd',
        }),
        layers.maxPooling2d({ poolSize: 2, strides: 2, padding: 'same', name: 'e' }),
      ),
    );
  },
  'batch normalisation, with and without a scale': (image) =>
    through(
      image,
      layers.conv2d({ filters: 4, kernelSize: 3, name: 'a' }),
      layers.batchNormalization({ name: 'b' }),
      layers.conv2d({ filters: 4, kernelSize: 1, name: 'c' }),
      layers.batchNormalization({ scale: false, name: 'd' }),
    ),
  'layer normalisation and layer scales': (image) =>
    through(
      image,
      layers.conv2d({ filters: 6, kernelSize: 2, name: 'a' }),
      layers.layerNormalization({ epsilon: 1e-6, name: 'b' }),
      layers.dense({ units: 5, name: 'c' }),
      new LayerScale({ initValues: 0.5, name: 'd' }),
    ),
  'every activation': (image) => {
    const values = through(image, layers.conv2d({ filters: 3, kernelSize: 3, name: 'values' }));
    const kinds = ['relu', 'swish', 'gelu', 'hard_swish', 'hard_sigmoid', 'sigmoid', 'tanh', 'elu', 'softplus'].map(
      activation,
    );
    const rectifiers = [
      layers.reLU({ maxValue: 1.5, name: 'relu6' }),
      layers.leakyReLU({ alpha: 0.2, name: 'leaky' }),
      layers.softmax({ axis: -1, name: 'softmax' }),
    ];
    return join(layers.concatenate({ name: 'all' }), ...[...kinds, ...rectifiers].map((kind) => through(values, kind)));
  },
  'channels weighed by a small network on their averages': (image) => {
    const features = through(image, layers.conv2d({ filters: 4, kernelSize: 3, name: 'features' }));
    const weights = through(
      features,
      new KeepdimsAveragePooling({ name: 'average' }),
      layers.conv2d({ filters: 2, kernelSize: 1, activation: 'swish', name: 'squeezed' }),
      layers.conv2d({ filters: 4, kernelSize: 1, activation: 'sigmoid', name: 'excited' }),
    );
    return join(layers.multiply({ name: 'weighed' }), features, weights);
  },
  'branches that meet by sum, product, scaled sum and concatenation': (image) => {
    const [left, right] = branches(image);
    const sum = join(layers.add({ name: 'sum' }), left, right);
    const product = join(layers.multiply({ name: 'product' }), left, right);
    const scaled = join(new CustomScaleLayer({ scale: 0.3, name: 'scaled' }), sum, product);
    return join(layers.concatenate({ name: 'both' }), scaled, left);
  },
  // Square, and not by nearest neighbours: for those the plain backend's own gradient is wrong.
  'bilinear enlarging': (image) =>
    through(
      image,
      layers.conv2d({ filters: 2, kernelSize: [4, 2], strides: 2, name: 'a' }),
      layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear', name: 'b' }),
    ),
  'a head: global pools, flattening, dense layers': (image) => {
    const features = through(
      image,
      layers.rescaling({ scale: 0.5, offset: 0.1, name: 'scaled' }),
      layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, activation: 'relu', name: 'features' }),
    );
    const pooled = join(
      layers.concatenate({ name: 'pooled' }),
      through(features, layers.globalAveragePooling2d({ name: 'average' })),
      through(features, layers.globalMaxPooling2d({ name: 'largest' })),
      through(
        features,
        layers.reshape({ targetShape: [4, 5, 6], name: 'turned' }),
        layers.averagePooling2d({ poolSize: 2, name: 'halved' }),
        layers.flatten({ name: 'flat' }),
      ),
    );
    return through(
      pooled,
      layers.dense({ units: 6, activation: 'relu', name: 'hidden' }),
      layers.dense({ units: 3, name: 'logits' }),
    );
  },
};

/** A network to train, and the size of its images. */
export interface TrainingCase {
  readonly title: string;
  readonly inputShape: readonly [number, number, number];
  build(): LayersModel;
}

/** What a backend that trains must have the gradients of. */
export const trainingCases: readonly TrainingCase[] = Object.entries(networks).map(([title, build]) => ({
  title,
  inputShape: [13, 11, 3],
  build(): LayersModel {
    const image = input({ shape: [13, 11, 3], name: 'image' });
    return model({ inputs: image, outputs: build(image), name: 'network' });
  },
}));
