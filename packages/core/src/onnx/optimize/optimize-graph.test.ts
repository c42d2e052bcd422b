import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { getBackbone } from '../../backbones/registry.js';
import { preprocessings, type PreprocessingMode } from '../../preprocessing/preprocessing.js';
import { seededWeights } from '../../weights/seeded-weights.js';
import { buildGraph } from '../build-graph.js';
import { EditableGraph } from '../editable-graph.js';
import type { OnnxGraph } from '../onnx-graph.js';
import { optimizeGraph } from './optimize-graph.js';

// That results stay the same is what the engines' tests show, on small networks and on every backbone; here is what is folded.

beforeAll(() => setBackend('cpu'));

interface Step {
  apply(input: SymbolicTensor): unknown;
}

function optimized(mode: PreprocessingMode, ...steps: readonly Step[]): OnnxGraph {
  const image = input({ shape: [12, 10, 3], name: 'image' });
  const output = steps.reduce((value, layer) => layer.apply(value) as SymbolicTensor, image);
  const network = model({ inputs: image, outputs: output, name: 'network' });
  const weights = seededWeights(network, { seed: 1, draw: 'everything' });
  return optimizeGraph(buildGraph(network, { weights, preprocessing: preprocessings[mode] }));
}

const types = (graph: OnnxGraph): string[] =>
  graph.nodes.map(({ type }) => type).filter((type) => type !== 'Transpose');

const conv = (padding: 'same' | 'valid', name = 'conv') =>
  layers.conv2d({ filters: 4, kernelSize: 3, padding, useBias: false, name });

describe('optimizeGraph', () => {
  it('folds the preprocessing into a convolution that does not pad', () => {
    for (const mode of ['caffe', 'tf', 'torch', 'unit', 'none'] as const) {
      expect(types(optimized(mode, conv('valid')))).toEqual(['Cast', 'Conv', 'Identity']);
    }
  });

  it('keeps one addition where the convolution pads: zeros stand for preprocessed pixels', () => {
    expect(types(optimized('torch', conv('same')))).toEqual(['Cast', 'Add', 'Conv', 'Identity']);
    expect(types(optimized('unit', conv('same')))).toEqual(['Cast', 'Conv', 'Identity']);
    const shift = new EditableGraph(optimized('caffe', conv('same'))).floats('preprocessing/shift') as Float32Array;
    // The means are of BGR; pixels are RGB.
    expect([...shift]).toEqual([-123.68, -116.779, -103.939].map(Math.fround));
  });

  it('takes the network’s own rescaling with it', () => {
    const rescaled = optimized(
      'none',
      layers.rescaling({ scale: 1 / 127.5, offset: -1, name: 'rescaling' }),
      conv('same'),
    );
    expect(types(rescaled)).toEqual(['Cast', 'Add', 'Conv', 'Identity']);
    const shift = new EditableGraph(rescaled).floats('preprocessing/shift') ?? [];
    expect(shift).toHaveLength(3);
    for (const value of shift) expect(value).toBeCloseTo(-127.5, 4);
  });

  it('folds batch normalisation into the convolution before it, not into one that others read', () => {
    const normalization = () => layers.batchNormalization({ name: 'bn' });
    expect(types(optimized('unit', conv('same'), normalization()))).toEqual(['Cast', 'Conv', 'Identity']);
    const depthwise = layers.depthwiseConv2d({ kernelSize: 3, name: 'depthwise' });
    expect(types(optimized('unit', depthwise, normalization()))).toEqual(['Cast', 'Conv', 'Conv', 'Identity']);
    const shared = {
      apply: (image: SymbolicTensor) => {
        const features = conv('same').apply(image) as SymbolicTensor;
        return layers.add({ name: 'sum' }).apply([features, normalization().apply(features) as SymbolicTensor]);
      },
    };
    expect(types(optimized('unit', shared))).toContain('BatchNormalization');
  });

  it('folds zeros around an image into a convolution, and into a maximum of values that are not below zero', () => {
    const pad = (name: string) =>
      layers.zeroPadding2d({
        padding: [
          [0, 1],
          [2, 0],
        ],
        name,
      });
    const graph = optimized(
      'unit',
      pad('a'),
      conv('valid'),
      layers.reLU({ name: 'relu' }),
      pad('b'),
      layers.maxPooling2d({ poolSize: 3, strides: 2, name: 'pool' }),
    );
    expect(types(graph)).toEqual(['Cast', 'Conv', 'Relu', 'MaxPool', 'Identity']);
    const pads = graph.nodes
      .filter(({ attributes }) => attributes?.['pads'])
      .map(({ attributes }) => attributes?.['pads']);
    expect(pads).toEqual([
      [0, 2, 1, 0],
      [0, 2, 1, 0],
    ]);
    const signed = optimized(
      'unit',
      conv('valid'),
      pad('b'),
      layers.maxPooling2d({ poolSize: 3, strides: 2, name: 'pool' }),
    );
    expect(types(signed)).toContain('Pad');
  });

  it('leaves a ResNet without batch normalisation, padding and preprocessing of its own', () => {
    const network = getBackbone('resnet50').build([64, 64]);
    const weights = seededWeights(network, { seed: 1 });
    const graph = optimizeGraph(buildGraph(network, { weights, preprocessing: preprocessings.caffe }));
    expect(new Set(types(graph))).toEqual(new Set(['Cast', 'Add', 'Conv', 'Relu', 'MaxPool', 'Identity']));
    const used = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
    expect(graph.constants.filter(({ name }) => !used.has(name))).toEqual([]);
    network.dispose();
  });
});
