import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { defineBackbone } from './define-backbone.js';
import { squeezenetTop } from './imagenet-top.js';
import { concatenate, convolution, maxPooling, relu } from './layer-vocabulary.js';

interface FireModule {
  readonly name: string;
  /** Filters of the 1×1 convolution that narrows. */
  readonly squeeze: number;
  /** Filters of each of the two convolutions that widen, 1×1 and 3×3. */
  readonly expand: number;
  /** The max pooling that follows, if one does. */
  readonly pool?: string;
}

const fireModules: readonly FireModule[] = [
  { name: 'fire2', squeeze: 16, expand: 64 },
  { name: 'fire3', squeeze: 16, expand: 64, pool: 'pool3' },
  { name: 'fire4', squeeze: 32, expand: 128 },
  { name: 'fire5', squeeze: 32, expand: 128, pool: 'pool5' },
  { name: 'fire6', squeeze: 48, expand: 192 },
  { name: 'fire7', squeeze: 48, expand: 192 },
  { name: 'fire8', squeeze: 64, expand: 256 },
  { name: 'fire9', squeeze: 64, expand: 256 },
];

/**
 * SqueezeNet in the layout of the ImageNet weights that circulate for Keras: 3×3 first convolution with stride 2 and
 * pooling after conv1, fire3 and fire5, which the authors call version 1.1. At 224×224 the output is 13×13×512.
 * @see Iandola et al. 2016, "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters"
 */
export const squeezenet = defineBackbone({
  name: 'squeezenet',
  inputSize: [224, 224],
  minimumSize: 31,
  preprocessing: 'caffe',
  blocks: [
    { name: 'conv1', lastLayer: 'pool1' },
    ...fireModules.map(({ name, pool }) => ({ name, lastLayer: pool ?? `${name}/concat` })),
  ],
  topLayers: ['conv10'],
  top: squeezenetTop,
  imagenetFiles: ['squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5', 'squeezenet_v1_imagenet_notop.h5'],
  graph(pixels) {
    const conv1 = convolution(pixels, { name: 'conv1', filters: 64, kernelSize: 3, strides: 2, padding: 'valid' });
    const pool1 = maxPooling(relu(conv1, 'relu_conv1'), { name: 'pool1', poolSize: 3, strides: 2 });
    return fireModules.reduce(addFireModule, pool1);
  },
});

function addFireModule(x: SymbolicTensor, { name, squeeze, expand, pool }: FireModule): SymbolicTensor {
  const narrow = activated(x, { module: name, step: 'squeeze1x1', filters: squeeze });
  const wide1 = activated(narrow, { module: name, step: 'expand1x1', filters: expand });
  const wide3 = activated(narrow, { module: name, step: 'expand3x3', filters: expand });
  const joined = concatenate([wide1, wide3], `${name}/concat`);
  return pool === undefined ? joined : maxPooling(joined, { name: pool, poolSize: 3, strides: 2 });
}

interface FireStep {
  readonly module: string;
  readonly step: 'squeeze1x1' | 'expand1x1' | 'expand3x3';
  readonly filters: number;
}

function activated(x: SymbolicTensor, { module, step, filters }: FireStep): SymbolicTensor {
  const kernelSize = step === 'expand3x3' ? 3 : 1;
  return relu(convolution(x, { name: `${module}/${step}`, filters, kernelSize }), `${module}/relu_${step}`);
}
