import { setBackend, tensor4d, type Tensor } from '@tensorflow/tfjs-core';
import { input, layers, model, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { UnsupportedLayerError } from '../errors.js';
import { ChannelwiseConv2D } from '../layers/channelwise-conv2d.js';
import { CustomScaleLayer } from '../layers/custom-scale-layer.js';
import '../layers/hard-activations.js';
import { KeepdimsAveragePooling } from '../layers/keepdims-pooling.js';
import { LayerScale } from '../layers/layer-scale.js';
import { Normalization } from '../layers/normalization.js';
import { instantiateNetwork, networkConfig } from '../network/network-config.js';
import { assignWeights } from '../weights/assign-weights.js';
import { seededWeights } from '../weights/seeded-weights.js';
import { rewriteLayers, type LayerRule } from './rewrite-layers.js';
import { requireStockLayers } from './stock-layers.js';
import { sharedRules, tfjsRule } from './stock-rules.js';

beforeAll(() => setBackend('cpu'));

type Step = (x: SymbolicTensor) => SymbolicTensor;
const through =
  (layer: { apply(value: SymbolicTensor | SymbolicTensor[]): unknown }): Step =>
  (x) =>
    layer.apply(x) as SymbolicTensor;
// Names of activations of ours, which TensorFlow.js does not know.
const own = (name: string) => name as 'relu';

const steps: Readonly<Record<string, () => Step>> = {
  ChannelwiseConv2D: () => through(new ChannelwiseConv2D({ name: 'layer', kernelSize: [3, 5] })),
  CustomScaleLayer: () => (x) => {
    const branch = layers.conv2d({ filters: 4, kernelSize: 1, name: 'branch' }).apply(x) as SymbolicTensor;
    return new CustomScaleLayer({ name: 'layer', scale: 0.17 }).apply([x, branch]) as SymbolicTensor;
  },
  KeepdimsAveragePooling: () => through(new KeepdimsAveragePooling({ name: 'layer' })),
  LayerScale: () => through(new LayerScale({ name: 'layer', initValues: 1e-6 })),
  Normalization: () => through(new Normalization({ name: 'layer' })),
  'Normalization by given numbers': () =>
    through(new Normalization({ name: 'layer', mean: [0.1, 0.2, -0.5, 1], variance: [0.5, 2, 0, 1e-3] })),
  hard_swish: () => through(layers.activation({ activation: own('hard_swish'), name: 'layer' })),
  hard_sigmoid: () => through(layers.activation({ activation: own('hard_sigmoid'), name: 'layer' })),
  'Conv2D with hard_swish': () =>
    through(layers.conv2d({ filters: 6, kernelSize: 3, activation: own('hard_swish'), name: 'layer' })),
};

/** Two layers around a step, so that rewiring shows. */
function around(step: Step): LayersModel {
  const pixels = input({ shape: [6, 7, 4], name: 'pixels' });
  const before = layers.conv2d({ filters: 4, kernelSize: 1, name: 'before' }).apply(pixels) as SymbolicTensor;
  const after = layers.reLU({ name: 'layer_gate' }).apply(step(before)) as SymbolicTensor;
  return model({ inputs: pixels, outputs: after, name: 'network' });
}

const image = tensor4d(
  Float32Array.from({ length: 168 }, (_, index) => ((index * 37) % 101) / 12 - 4),
  [1, 6, 7, 4],
);

function compare(plain: LayersModel, rule: LayerRule): readonly string[] {
  const weights = seededWeights(plain, { seed: 5, draw: 'everything' });
  assignWeights(plain, weights);
  const rewritten = rewriteLayers({ config: networkConfig(plain), weights }, rule);
  const stock = instantiateNetwork(rewritten.config);
  assignWeights(stock, rewritten.weights);
  const expected = (plain.predict(image) as Tensor).dataSync();
  const actual = (stock.predict(image) as Tensor).dataSync();
  expect(actual).toHaveLength(expected.length);
  const largest = Math.max(...Array.from(expected, Math.abs));
  for (const [index, value] of expected.entries())
    expect(Math.abs(actual[index]! - value)).toBeLessThan(largest * 1e-6);
  stock.dispose();
  requireStockLayers(rewritten.config, { format: 'TensorFlow.js', further: Object.keys(steps) });
  return rewritten.config.layers.map(({ className }) => className);
}

describe('tfjsRule', () => {
  it.each(Object.keys(steps))('puts layers of TensorFlow.js in the place of %s that compute the same', (name) => {
    const plain = around(steps[name]!());
    const classes = compare(plain, tfjsRule);
    if (!name.startsWith('Conv2D')) expect(classes).not.toContain(name.split(' ')[0]);
    plain.dispose();
  });

  it('leaves activations of ours nowhere', () => {
    const plain = around(steps['Conv2D with hard_swish']!());
    const rewritten = rewriteLayers({ config: networkConfig(plain), weights: new Map() }, tfjsRule);
    expect(JSON.stringify(rewritten.config)).not.toMatch(/hard_/);
    plain.dispose();
  });
});

describe('sharedRules', () => {
  it.each(Object.keys(sharedRules))('puts layers of Keras in the place of %s', (name) => {
    const plain = around(steps[name]!());
    expect(compare(plain, (layer, context) => sharedRules[layer.className]?.(layer, context))).not.toContain(name);
    plain.dispose();
  });
});

describe('requireStockLayers', () => {
  const format = 'TensorFlow.js';

  it('refuses layers and activations that others could not load, naming them', () => {
    const scaled = networkConfig(around(steps['LayerScale']!()));
    expect(() => requireStockLayers(scaled, { format })).toThrow(UnsupportedLayerError);
    expect(() => requireStockLayers(scaled, { format })).toThrow(
      /layer "layer" is a LayerScale, which plain TensorFlow\.js/,
    );
    const mish = networkConfig(around(through(layers.activation({ activation: 'mish', name: 'layer' }))));
    expect(() => requireStockLayers(mish, { format })).toThrow(/activation "mish", which has no equal/);
  });
});
