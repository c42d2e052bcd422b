import { setBackend, tensor4d, type Tensor } from '@tensorflow/tfjs-core';
import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { instantiateNetwork, networkConfig } from '../network/network-config.js';
import { preprocessTensor } from '../preprocessing/preprocess-tensor.js';
import { preprocessings, type PreprocessingMode } from '../preprocessing/preprocessing.js';
import { assignWeights } from '../weights/assign-weights.js';
import { takePixels } from './take-pixels.js';

beforeAll(() => setBackend('cpu'));

describe('takePixels', () => {
  it.each(Object.keys(preprocessings) as PreprocessingMode[])('prepares pixels as %s does, exactly', (mode) => {
    const preprocessing = preprocessings[mode];
    // A border of zeros is zeros after the preprocessing, not before it.
    const pixels = input({ shape: [4, 5, 3], name: 'image' });
    const padded = layers.zeroPadding2d({ name: 'preprocessing' }).apply(pixels) as SymbolicTensor;
    const plain = model({ inputs: pixels, outputs: padded, name: 'network' });
    const taken = takePixels(
      { config: networkConfig(plain), weights: new Map() },
      { preprocessing, inputSize: [4, 5] },
    );
    const whole = instantiateNetwork(taken.config);
    assignWeights(whole, taken.weights);
    const image = tensor4d(
      Float32Array.from({ length: 2 * 60 }, (_, index) => (index * 97) % 256),
      [2, 4, 5, 3],
    );
    const expected = plain.predict(preprocessTensor(image, preprocessing)) as Tensor;
    expect((whole.predict(image) as Tensor).dataSync()).toEqual(expected.dataSync());
    expect(whole.inputs[0]!.shape).toEqual([null, 4, 5, 3]);
    plain.dispose();
    whole.dispose();
  });

  it('writes one factor where all channels have the same', () => {
    const pixels = input({ shape: [4, 4, 3], name: 'x' });
    const plain = model({ inputs: pixels, outputs: layers.flatten({ name: 'f' }).apply(pixels) as SymbolicTensor });
    const { config } = takePixels(
      { config: networkConfig(plain), weights: new Map() },
      { preprocessing: preprocessings.tf, inputSize: [4, 4] },
    );
    expect(config.layers.map(({ name }) => name)).toEqual(['image', 'preprocessing', 'f']);
    expect(config.layers[1]!.config).toMatchObject({ scale: 1 / 127.5, offset: -1 });
    plain.dispose();
  });
});
