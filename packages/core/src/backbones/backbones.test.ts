import '@tensorflow/tfjs-backend-cpu';
import { tensor4d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { probeError, readBackboneGolden, type BackboneGoldenCase } from '../../test/backbone-golden.js';
import { formulaImage } from '../../test/formula-image.js';
import { preprocessings } from '../preprocessing/preprocessing.js';
import { assignWeights } from '../weights/assign-weights.js';
import { layerShapes } from '../weights/layer-shapes.js';
import { seededWeights } from '../weights/seeded-weights.js';
import { weightsDigest } from '../weights/weights-digest.js';
import { getBackbone, listBackbones } from './registry.js';

describe.each(listBackbones().map(({ name }) => name))('%s', (name) => {
  const backbone = getBackbone(name);
  const golden = readBackboneGolden(name);
  const [ownSize, smallSize] = golden.cases;
  if (ownSize === undefined || smallSize === undefined) throw new Error(`the golden of ${name} lacks a case`);

  it("has Keras' layers, parameters and output shape at its own size", () => {
    const network = backbone.build(backbone.inputSize);
    expect(network.layers.slice(1).map((layer) => layer.name)).toEqual(golden.layers);
    expect(network.countParams()).toBe(golden.parameters);
    expect(backbone.inputSize).toEqual(ownSize.inputSize);
    expect(network.outputs[0]?.shape.slice(1)).toEqual(ownSize.outputShape);
    network.dispose();
  });

  it("computes Keras' activations at another size", async () => {
    const network = backbone.build(smallSize.inputSize);
    const weights = seededWeights(network, { seed: golden.seed, draw: 'everything' });
    expect(await weightsDigest(weights)).toBe(golden.weightsDigest);
    assignWeights(network, weights);
    const output = tidy(() => (network.predict(goldenPixels(smallSize, golden.seed)) as Tensor).dataSync());
    expect(network.outputs[0]?.shape.slice(1)).toEqual(smallSize.outputShape);
    expect(probeError(output, smallSize)).toBeLessThan(1e-4);
    network.dispose();
  });

  it('starts with zero kernels and frees them when disposed', () => {
    const network = backbone.build([backbone.minimumSize, backbone.minimumSize]);
    expect(network.layers.every((layer) => layer.weights.every((weight) => weight.read().dataSync()[0] === 0))).toBe(
      true,
    );
    expect(network.dispose().numDisposedVariables).toBe(layerShapes(network).flatMap(({ weights }) => weights).length);
  });

  it('names blocks whose last layers exist and follow one another to the output', () => {
    const network = backbone.build(backbone.inputSize);
    const names = network.layers.map((layer) => layer.name);
    const positions = backbone.blocks.map(({ lastLayer }) => names.indexOf(lastLayer));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(positions).not.toContain(-1);
    expect(positions.at(-1)).toBe(names.length - 1);
    network.dispose();
  });

  it('takes its minimum size and refuses less, or parts of pixels', () => {
    const { minimumSize } = backbone;
    const network = backbone.build([minimumSize, minimumSize]);
    expect(network.outputs[0]?.shape.slice(1, 3)).toEqual([1, 1]);
    network.dispose();
    expect(() => backbone.build([minimumSize - 1, 224])).toThrow(
      new RangeError(
        `input size ${minimumSize - 1}×224 does not suit ${name}; ` +
          `give whole numbers, at least ${minimumSize}×${minimumSize}`,
      ),
    );
    expect(() => backbone.build([224, 100.5])).toThrow(RangeError);
    expect(() => backbone.build([Number.NaN, 224])).toThrow(RangeError);
  });
});

describe('getBackbone', () => {
  it('refuses an unknown name and lists what exists', () => {
    expect(() => getBackbone('VGG16')).toThrow(
      new RangeError('there is no backbone "VGG16"; choose one of "vgg16", "vgg19", "squeezenet"'),
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
