import { setBackend } from '@tensorflow/tfjs-core';
import { input, layers, model, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { preprocessings, seededWeights, type FrozenPrefix } from '@graft-ml/core';
import { featureExtractorContract } from '@graft-ml/core/contracts';
import { beforeAll, describe, it } from 'vitest';
import { nodeEngines } from '../node-runtime.js';
import { registerCpuBackend } from './tfjs-backends.js';

type Build = (image: SymbolicTensor) => SymbolicTensor;

const through = (image: SymbolicTensor, ...steps: { apply(input: SymbolicTensor): unknown }[]): SymbolicTensor =>
  steps.reduce((value, layer) => layer.apply(value) as SymbolicTensor, image);

/** Networks that between them hold every layer the exporter knows, at odd sizes, where padding is easy to get wrong. */
const networks: Record<string, Build> = {
  'plain convolutions, same and valid': (image) =>
    through(
      image,
      layers.conv2d({ filters: 5, kernelSize: 3, padding: 'same', activation: 'relu', name: 'a' }),
      layers.maxPooling2d({ poolSize: 2, strides: 2, name: 'b' }),
      layers.conv2d({
        filters: 4,
        kernelSize: [3, 2],
        strides: [2, 1],
        padding: 'valid',
        activation: 'tanh',
        name: 'c',
      }),
    ),
  'strides and pools with same padding': (image) =>
    through(
      image,
      layers.conv2d({ filters: 4, kernelSize: 4, strides: 3, padding: 'same', useBias: false, name: 'a' }),
      layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same', name: 'b' }),
      layers.maxPooling2d({ poolSize: 2, strides: 1, padding: 'same', name: 'c' }),
    ),
  'dilation, padding layers, depthwise convolution, batch normalisation, relu6': (image) =>
    through(
      image,
      layers.zeroPadding2d({
        padding: [
          [0, 1],
          [2, 0],
        ],
        name: 'a',
      }),
      layers.conv2d({ filters: 4, kernelSize: 2, dilationRate: 2, padding: 'same', name: 'b' }),
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same', name: 'c' }),
      layers.batchNormalization({ name: 'd' }),
      layers.reLU({ maxValue: 6, name: 'e' }),
    ),
  'branches that meet by concatenation, sum and product': (image) => {
    const left = through(image, layers.conv2d({ filters: 3, kernelSize: 1, activation: 'sigmoid', name: 'left' }));
    const right = through(image, layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', name: 'right' }));
    const sum = layers.add({ name: 'sum' }).apply([left, right]) as SymbolicTensor;
    const product = layers.multiply({ name: 'product' }).apply([left, right]) as SymbolicTensor;
    return layers.concatenate({ name: 'both' }).apply([sum, left, product]) as SymbolicTensor;
  },
  'flattening a feature map, dense layers, softmax': (image) =>
    through(
      image,
      layers.averagePooling2d({ poolSize: 4, name: 'a' }),
      layers.flatten({ name: 'b' }),
      layers.dropout({ rate: 0.5, name: 'c' }),
      layers.dense({ units: 6, activation: 'relu', name: 'd' }),
      layers.batchNormalization({ name: 'e', scale: false }),
      layers.dense({ units: 3, useBias: false, name: 'f' }),
      layers.softmax({ name: 'g' }),
    ),
  'global pooling': (image) =>
    layers
      .concatenate({ name: 'c' })
      .apply([
        through(image, layers.globalAveragePooling2d({ name: 'a' })),
        through(image, layers.globalMaxPooling2d({ name: 'b' })),
      ]) as SymbolicTensor,
};

function prefixOf(build: Build): FrozenPrefix {
  const image = input({ shape: [13, 11, 3], name: 'image' });
  const network: LayersModel = model({ inputs: image, outputs: build(image), name: 'network' });
  const weights = seededWeights(network, { seed: 3, draw: 'everything' });
  return { network, weights, preprocessing: preprocessings.caffe, inputSize: [13, 11] };
}

const useReferenceBackend = async () => {
  await registerCpuBackend();
  await setBackend('cpu');
};

beforeAll(useReferenceBackend);

for (const engine of nodeEngines()) {
  for (const [title, build] of Object.entries(networks)) {
    describe(`engine ${engine.name} keeps the contract: ${title}`, () => {
      const checks = featureExtractorContract({ engine, prefix: () => prefixOf(build), useReferenceBackend });
      for (const check of checks) it(check.title, check.run);
    });
  }
}
