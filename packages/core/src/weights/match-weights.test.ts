import '@tensorflow/tfjs-backend-cpu';
import { input, layers, model, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { afterAll, describe, expect, it } from 'vitest';
import { vgg16, vgg19 } from '../backbones/vgg.js';
import { WeightsError } from '../errors.js';
import { LayerScale } from '../layers/layer-scale.js';
import { Normalization } from '../layers/normalization.js';
import { assignWeights } from './assign-weights.js';
import { layerShapes, type LayerShapes } from './layer-shapes.js';
import { matchWeights } from './match-weights.js';
import { networkWeights } from './network-weights.js';
import { seededWeights } from './seeded-weights.js';
import { separateAddedLayers } from './separate-added-layers.js';
import type { StoredLayer, WeightFile } from './weight-file.js';
import { weightsDigest } from './weights-digest.js';

const backbone = { name: 'tiny', topLayers: ['top'] };
const networks: LayersModel[] = [];
afterAll(() => {
  for (const network of networks) network.dispose();
});

/** Three convolutions of one shape, so that order matters, and a normalisation. */
function tiny(names = ['a', 'b', 'c', 'norm']): LayersModel {
  const [a, b, c, norm] = names;
  let x = input({ shape: [4, 4, 2] });
  const pixels = x;
  for (const name of [a, b, c])
    x = layers.conv2d({ filters: 2, kernelSize: 1, name: name ?? '' }).apply(x) as SymbolicTensor;
  const network = model({
    inputs: pixels,
    outputs: layers.batchNormalization({ name: norm ?? '' }).apply(x) as SymbolicTensor,
  });
  networks.push(network);
  return network;
}

const shapes = layerShapes(tiny());
const values = seededWeights(shapes, { seed: 5, draw: 'everything' });

/** A file of these layers, with the values of `from` (default: of the same name). */
function fileOf(stored: readonly (Partial<StoredLayer> & { from?: string; shape?: readonly number[] })[]): WeightFile {
  return {
    origin: 'some.h5',
    layers: stored.map(({ name = 'a', container = '', from = name, shape }) => ({
      name,
      container,
      weights: (values.get(from) ?? [{ shape: [2], data: Float32Array.of(1, 2) }]).map((tensor, index) => ({
        name: `${name}/${index}`,
        shape: shape ?? tensor.shape,
        read: () => tensor.data.slice(),
      })),
    })),
    close: () => undefined,
  };
}

const whole = ['a', 'b', 'c', 'norm'].map((name) => ({ name }));

function refusal(file: WeightFile, network = tiny()): string {
  try {
    matchWeights(network, file, backbone);
  } catch (error) {
    expect(error).toBeInstanceOf(WeightsError);
    expect((error as WeightsError).message).toContain('"some.h5"');
    expect((error as WeightsError).message).toMatch(/; (give|fetch) /);
    return (error as WeightsError).message;
  }
  throw new Error('the file was taken');
}

describe('matchWeights', () => {
  it('takes layers by name, in any order', () => {
    const found = matchWeights(tiny(), fileOf([...whole].reverse()), backbone);
    expect([...found.keys()]).toEqual(['a', 'b', 'c', 'norm']);
    expect(found).toEqual(values);
  });

  it('takes layers by order if no name is known', () => {
    const renamed = whole.map(({ name }, index) => ({ name: `layer_${index}`, from: name }));
    expect(matchWeights(tiny(), fileOf(renamed), backbone)).toEqual(values);
  });

  it('takes layers by order if names are running numbers that began elsewhere', () => {
    const network = tiny(['conv2d', 'conv2d_1', 'conv2d_2', 'batch_normalization']);
    const shifted = whole.map(({ name }, index) => ({ name: index < 3 ? `conv2d_${index + 1}` : 'bn', from: name }));
    const found = matchWeights(network, fileOf(shifted), backbone);
    expect(found.get('conv2d_1')).toEqual(values.get('b'));
  });

  it('takes layers by their running numbers if the file lists them in another order', () => {
    const network = tiny(['conv2d', 'conv2d_1', 'conv2d_2', 'batch_normalization']);
    const stored = [
      { name: 'batch_normalization_4', from: 'norm' },
      { name: 'conv2d_10', from: 'c' },
      { name: 'conv2d_8', from: 'a' },
      { name: 'conv2d_9', from: 'b' },
    ];
    const found = matchWeights(network, fileOf(stored), backbone);
    const wanted = ['a', 'b', 'c', 'norm'].map((name) => values.get(name)?.map(({ data }) => data));
    expect([...found.values()].map((tensors) => tensors.map(({ data }) => data))).toEqual(wanted);
    expect([...found.keys()]).toEqual(['conv2d', 'conv2d_1', 'conv2d_2', 'batch_normalization']);
  });

  it("ignores the backbone's own classifier", () => {
    expect(matchWeights(tiny(), fileOf([...whole, { name: 'top' }]), backbone)).toEqual(values);
  });

  it('ignores a model around the backbone, but no layer beside its own', () => {
    const inside = whole.map((layer) => ({ ...layer, container: 'backbone' }));
    expect(matchWeights(tiny(), fileOf([...inside, { name: 'head' }]), backbone)).toEqual(values);
    expect(refusal(fileOf([...inside, { name: 'head', container: 'backbone' }]))).toContain('"head" (2)');
  });

  it('takes the backbone out of an exported model, whatever its layers are called', () => {
    const exported = [{ name: 'pixels' }, ...whole, { name: 'head' }];
    const description = { addedLayers: ['pixels', 'head'] };
    const takeFrom = (stored: Parameters<typeof fileOf>[0]) => {
      const file = fileOf(stored);
      return matchWeights(tiny(), { ...file, layers: separateAddedLayers(file.layers, description) }, backbone);
    };
    expect(takeFrom(exported)).toEqual(values);
    expect(
      takeFrom(
        exported.map(({ name }) => ({ name: whole.some((own) => own.name === name) ? `k_${name}` : name, from: name })),
      ),
    ).toEqual(values);
    for (const nonsense of [undefined, null, 'x', { addedLayers: 'head' }, { addedLayers: [1, null] }]) {
      expect(separateAddedLayers(fileOf(exported).layers, nonsense).every(({ container }) => container === '')).toBe(
        true,
      );
    }
  });

  it('takes weights that lie in more axes than the layer has, and does without a count', () => {
    const shape = [3];
    const data = Float32Array.of(1, 2, 3);
    const pixels = input({ shape: [4, 4, 3] });
    const scaled = new LayerScale({ name: 'scale', initValues: 1 }).apply(pixels);
    const network = model({
      inputs: pixels,
      outputs: new Normalization({ name: 'norm' }).apply(scaled) as SymbolicTensor,
    });
    networks.push(network);
    const weight = (stored: readonly number[]) => ({ name: 'x', shape: stored, read: () => data.slice() });
    const layersOf = (...norm: number[][]) => [
      { name: 'scale', container: '', weights: [weight([1, 1, 3, 1])] },
      { name: 'norm', container: '', weights: norm.map(weight) },
    ];
    const file = { origin: 'some.h5', close: () => undefined };
    const found = matchWeights(network, { ...file, layers: layersOf([3], [3]) }, backbone);
    expect(found.get('scale')).toEqual([{ shape, data }]);
    expect(found.get('norm')?.[2]).toEqual({ shape: [], data: Float32Array.of(0) });
    expect(() => matchWeights(network, { ...file, layers: layersOf([3]) }, backbone)).toThrow(WeightsError);
  });

  it('finds the one container that fits by order', () => {
    const inside = whole.map(({ name }, index) => ({ name: `x${index}`, from: name, container: 'backbone' }));
    expect(matchWeights(tiny(), fileOf([{ name: 'head' }, ...inside]), backbone)).toEqual(values);
    const twice = inside.map((layer) => ({ ...layer, container: 'other' }));
    expect(refusal(fileOf([...inside, ...twice]))).toContain('2 networks of these shapes');
  });

  it('refuses a missing layer', () => {
    expect(refusal(fileOf(whole.filter(({ name }) => name !== 'b')))).toContain('it has no layer "b" (1×1×2×2, 2)');
    expect(
      refusal(
        fileOf([
          { name: 'x', from: 'a' },
          { name: 'y', from: 'b' },
        ]),
      ),
    ).toContain('no layer "c"');
    expect(refusal(fileOf([]))).toContain('holds no layers with weights');
  });

  it('refuses a layer too many', () => {
    expect(refusal(fileOf([...whole, { name: 'd', from: 'a' }]))).toContain('also has layer "d" (1×1×2×2, 2)');
    const renamed = [...whole, { name: 'e' }].map(({ name }, index) => ({ name: `l${index}`, from: name }));
    expect(refusal(fileOf(renamed))).toContain('also has layer "l4" (2)');
  });

  it('refuses another shape, naming both', () => {
    const message = refusal(fileOf(whole.map((layer) => (layer.name === 'c' ? { ...layer, shape: [3, 3] } : layer))));
    expect(message).toContain('its layer "c" has shapes 3×3, 3×3, but tiny takes 1×1×2×2, 2');
    const renamed = whole.map(({ name }, index) => ({ name: `l${index}`, from: index === 1 ? 'norm' : name }));
    expect(refusal(fileOf(renamed))).toContain(
      'its layer 2, "l1", has shapes 2, 2, 2, 2, but "b" of tiny takes 1×1×2×2, 2',
    );
  });

  it('refuses names that stand in another order among strangers', () => {
    const mixed = [{ name: 'b' }, { name: 'a' }, { name: 'x', from: 'c' }, { name: 'norm' }];
    expect(refusal(fileOf(mixed))).toContain('no layer "c"');
  });

  it('refuses one name twice', () => {
    expect(refusal(fileOf([...whole, { name: 'a', container: 'other' }]))).toContain('2 layers named "a"');
  });

  it('refuses damaged values, naming the weight', () => {
    const withValue = (read: () => Float32Array): WeightFile => {
      const file = fileOf(whole);
      const [first, ...others] = file.layers;
      const weights = first?.weights.map((weight) => ({ ...weight, read })) ?? [];
      return { ...file, layers: [{ name: 'a', container: '', weights }, ...others] };
    };
    expect(refusal(withValue(() => Float32Array.of(1, Number.NaN, 1, 1)))).toContain(
      '"a/0" of layer "a" holds infinities or NaN',
    );
    expect(refusal(withValue(() => new Float32Array(3)))).toContain('holds 3 values instead of 4');
  });

  it('tells VGG16 from VGG19, though all names of the one are in the other', () => {
    const [network16, network19] = [vgg16.build([32, 32]), vgg19.build([32, 32])];
    const [file16, file19] = [describeFile(layerShapes(network16)), describeFile(layerShapes(network19))];
    expect(() => matchWeights(network16, file19, vgg16)).toThrow(
      'weights file "shapes.h5" does not fit vgg16: it also has layer "block3_conv4" (3×3×256×256, 256), which vgg16 does not have; ' +
        'give a weights file of vgg16, or choose the backbone that it belongs to',
    );
    expect(() => matchWeights(network19, file16, vgg19)).toThrow(/no layer "block3_conv4" \(3×3×256×256, 256\)/);
    network16.dispose();
    network19.dispose();
  });
});

describe('assignWeights', () => {
  it('sets every weight, and ignores layers that the network lacks', async () => {
    const network = tiny();
    assignWeights(network, new Map([...values, ['elsewhere', []]]));
    expect(await networkWeights(network)).toEqual(values);
  });

  it('refuses a missing layer, unless only a part is wanted', async () => {
    const network = tiny();
    const part = new Map([...values].filter(([name]) => name !== 'c'));
    expect(() => assignWeights(network, part)).toThrow(/no weights for layer "c"/);
    assignWeights(network, part, { partial: true });
    expect((await networkWeights(network)).get('a')).toEqual(values.get('a'));
  });

  it('refuses other shapes and sets nothing then', async () => {
    const network = tiny();
    const before = await networkWeights(network);
    const wrong = new Map([...values, ['norm', [{ shape: [3], data: new Float32Array(3) }]]]);
    expect(() => assignWeights(network, wrong)).toThrow(
      /layer "norm" .* takes weights of shapes 2, 2, 2, 2, but was given 3;/,
    );
    expect(await networkWeights(network)).toEqual(before);
  });
});

describe('weightsDigest', () => {
  it('does not depend on the order of layers', async () => {
    expect(await weightsDigest(new Map([...values].reverse()))).toBe(await weightsDigest(values));
  });

  it('changes with a name, a shape or a bit', async () => {
    const one = (name: string, shape: number[], data: number[]) =>
      weightsDigest(new Map([[name, [{ shape, data: Float32Array.from(data) }]]]));
    const digests = await Promise.all([
      one('a', [2, 1], [0, 1]),
      one('b', [2, 1], [0, 1]),
      one('a', [1, 2], [0, 1]),
      one('a', [2, 1], [-0, 1]),
    ]);
    expect(new Set(digests).size).toBe(4);
  });

  it('reads only the bytes of a view', async () => {
    const view = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const digest = (data: Float32Array) => weightsDigest(new Map([['a', [{ shape: [2], data }]]]));
    expect(await digest(view)).toBe(await digest(Float32Array.of(1, 2)));
  });
});

/** A file with these layers and no values. */
function describeFile(layers: readonly LayerShapes[]): WeightFile {
  const stored = layers.map(({ name, weights }) => ({
    name,
    container: '',
    weights: weights.map((weight) => ({ ...weight, read: () => new Float32Array() })),
  }));
  return { origin: 'shapes.h5', layers: stored, close: () => undefined };
}
