import '@tensorflow/tfjs-backend-cpu';
import { tensor4d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  goldenLayers,
  goldenWeights,
  isLargeMember,
  probeError,
  readBackboneGolden,
  type BackboneGoldenCase,
} from '../../test/backbone-golden.js';
import { formulaImage } from '../../test/formula-image.js';
import { cutNetwork } from '../network/cut-network.js';
import { preprocessings } from '../preprocessing/preprocessing.js';
import { assignWeights } from '../weights/assign-weights.js';
import { layerShapes } from '../weights/layer-shapes.js';
import { weightsDigest } from '../weights/weights-digest.js';
import { getBackbone, listBackbones, listBackboneVariants } from './registry.js';

const full = process.env['GRAFT_FULL'] !== undefined;

const names = [...listBackbones(), ...listBackboneVariants()]
  .map(({ name }) => name)
  .filter((name) => full || !isLargeMember(name));

/** `npm run test:backbones` computes with all; else one of each family, since this backend is slow (Xception takes WebAssembly). */
const computed = full
  ? names
  : [
      'vgg16',
      'resnet50',
      'resnet50v2',
      'mobilenet',
      'mobilenetv2',
      'mobilenetv3small',
      'densenet121',
      'efficientnetb0',
      'efficientnetv2b0',
      'nasnetmobile',
      'squeezenet',
      'graft-tiny',
    ];

describe.each(names)('%s', (name) => {
  const backbone = getBackbone(name);
  const golden = readBackboneGolden(name);
  const [ownSize, smallSize] = golden.cases;
  if (ownSize === undefined || smallSize === undefined) throw new Error(`the golden of ${name} lacks a case`);
  let network: LayersModel;

  beforeAll(() => {
    network = backbone.build(backbone.inputSize);
  });

  afterAll(() => void network.dispose());

  it("has Keras' layers, parameters and output shape at its own size", () => {
    const names = network.layers.slice(1).map((layer) => layer.name);
    expect(goldenLayers(names, golden)).toEqual(golden.layers);
    expect(network.countParams()).toBe(golden.parameters);
    expect(backbone.inputSize).toEqual(ownSize.inputSize);
    expect(network.outputs[0]?.shape.slice(1)).toEqual(ownSize.outputShape);
  });

  it('names blocks whose last layers follow one another to the output', () => {
    const layers = network.layers.map((layer) => layer.name);
    const positions = backbone.blocks.map(({ lastLayer }) => layers.indexOf(lastLayer));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(positions).not.toContain(-1);
    expect(positions.at(-1)).toBe(layers.length - 1);
    expect(new Set(backbone.blocks.map((block) => block.name)).size).toBe(backbone.blocks.length);
  });

  it('can be cut behind every block', () => {
    for (const { lastLayer } of backbone.blocks) {
      const { prefix, suffix } = cutNetwork(network, lastLayer);
      expect(prefix.layers.length + suffix.layers.length).toBe(network.layers.length + 1);
    }
  });

  it.runIf(computed.includes(name))("computes Keras' activations at another size", async () => {
    const small = backbone.build(smallSize.inputSize);
    const weights = goldenWeights(small, golden);
    expect(await weightsDigest(weights)).toBe(golden.weightsDigest);
    assignWeights(small, weights);
    const output = tidy(() => (small.predict(goldenPixels(smallSize, golden.seed)) as Tensor).dataSync());
    expect(small.outputs[0]?.shape.slice(1)).toEqual(smallSize.outputShape);
    expect(probeError(output, smallSize)).toBeLessThan(1e-4);
    small.dispose();
  });

  it('takes its minimum size and no less, starts with zero kernels, and frees them when disposed', () => {
    const { minimumSize } = backbone;
    const smallest = backbone.build([minimumSize, minimumSize]);
    const { outputShape, size } = golden.minimum ?? { outputShape: [1, 1], size: minimumSize };
    expect(minimumSize).toBe(size);
    expect(smallest.outputs[0]?.shape.slice(1, 3)).toEqual(outputShape.slice(0, 2));
    const kernels = smallest.layers.flatMap(({ weights }) =>
      weights.filter((weight) => weight.originalName.endsWith('kernel')),
    );
    expect(kernels.map((kernel) => kernel.read().dataSync()[0])).toEqual(kernels.map(() => 0));
    const variables = layerShapes(smallest).flatMap(({ weights }) => weights).length;
    expect(smallest.dispose().numDisposedVariables).toBe(variables);
    expect(() => backbone.build([minimumSize - 1, 224])).toThrow(
      new RangeError(
        `input size ${minimumSize - 1}×224 does not suit ${name}; ` +
          `give whole numbers, at least ${minimumSize}×${minimumSize}`,
      ),
    );
    expect(() => backbone.build([224, 100.5])).toThrow(RangeError);
    expect(() => backbone.build([Number.NaN, 224])).toThrow(RangeError);
    // It took 6 GB and half a minute to fail.
    expect(() => backbone.build([1_000_000, 1_000_000])).toThrow(/more than 4194304 pixels.*at most 2048×2048/);
  });
});

describe('getBackbone', () => {
  it('refuses an unknown name and lists what exists', () => {
    expect(() => getBackbone('VGG16')).toThrow(
      /^there is no backbone "VGG16"; choose one of "vgg16", "vgg19", .*"squeezenet", "graft-tiny"$/,
    );
  });

  it('knows no names of object prototypes', () => {
    expect(() => getBackbone('constructor')).toThrow(RangeError);
  });
});

function goldenPixels({ inputSize, preprocessing }: BackboneGoldenCase, seed: number): Tensor {
  const { channels, scale, offset } = preprocessings[preprocessing];
  const { height, width, data } = formulaImage(inputSize, seed);
  const pixels = Float32Array.from(data, (_, position) => {
    const channel = (position % 3) as 0 | 1 | 2;
    return (data[position - channel + channels[channel]] ?? 0) * scale[channel] + offset[channel];
  });
  return tensor4d(pixels, [1, height, width, 3]);
}
