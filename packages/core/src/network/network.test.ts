import '@tensorflow/tfjs-backend-cpu';
import { memory, ones, profile, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { input, layers, model, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../random/keyed-random.js';
import { assignWeights } from '../weights/assign-weights.js';
import { seededWeights } from '../weights/seeded-weights.js';
import { cutNetwork } from './cut-network.js';
import { findFreezeBoundary } from './freeze-boundary.js';
import { joinNetworks } from './join-networks.js';
import { instantiateNetwork, networkConfig } from './network-config.js';
import { NetworkRunner } from './run-network.js';

const apply = (layer: { apply(value: SymbolicTensor): unknown }, value: SymbolicTensor) =>
  layer.apply(value) as SymbolicTensor;

/** Two convolutions joined by a shortcut, then a head that pools, drops and classifies. */
function residualNetwork(): LayersModel {
  const image = input({ shape: [6, 6, 2], name: 'image' });
  const first = apply(layers.conv2d({ filters: 3, kernelSize: 1, name: 'first' }), image);
  const second = apply(layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', name: 'second' }), first);
  const sum = layers.add({ name: 'sum' }).apply([first, second]) as SymbolicTensor;
  const normalised = apply(layers.batchNormalization({ name: 'normalised' }), sum);
  const pooled = apply(layers.globalAveragePooling2d({ name: 'pooled' }), normalised);
  const dropped = apply(layers.dropout({ rate: 0.5, name: 'dropped' }), pooled);
  const logits = apply(layers.dense({ units: 4, name: 'logits' }), dropped);
  const scores = apply(layers.softmax({ name: 'scores' }), logits);
  const network = model({ inputs: image, outputs: scores, name: 'residual' });
  assignWeights(network, seededWeights(network, { seed: 5, draw: 'everything' }));
  return network;
}

const pixels = () => {
  const random = keyedRandom({ seed: 2, purpose: 'test' });
  return tensor(
    Float32Array.from({ length: 144 }, () => random.normal()),
    [2, 6, 6, 2],
  );
};

describe('cutting a network', () => {
  it.each(['sum', 'normalised', 'pooled', 'logits'])(
    'behind "%s" gives two networks that compute what the whole computes',
    async (boundary) => {
      const network = residualNetwork();
      const weights = seededWeights(network, { seed: 5, draw: 'everything' });
      const cut = cutNetwork(network, boundary);
      const [prefix, suffix] = [cut.prefix, cut.suffix].map((config) => {
        const part = instantiateNetwork(config);
        assignWeights(part, weights);
        return part;
      }) as [LayersModel, LayersModel];
      const whole = await (network.predict(pixels()) as Tensor).data();
      const parts = await (suffix.predict(prefix.predict(pixels())) as Tensor).data();
      expect(parts).toEqual(whole);
    },
  );

  it('refuses a place that a shortcut jumps over, naming who reads what', () => {
    expect(() => cutNetwork(residualNetwork(), 'second')).toThrow(/"sum" also reads "first".*where a block ends/);
  });

  it('refuses a layer that is not there, listing what is', () => {
    expect(() => cutNetwork(residualNetwork(), 'block9')).toThrow(/no layer "block9".*"image", "first"/);
  });
});

describe('finding the freeze boundary', () => {
  it('goes past pooling, and stops before what draws or trains', () => {
    expect(findFreezeBoundary(residualNetwork(), 'normalised')).toBe('pooled');
  });

  it('never takes the output into the prefix', () => {
    const x = input({ shape: [4, 4, 1], name: 'x' });
    const network = model({ inputs: x, outputs: apply(layers.flatten({ name: 'flat' }), x), name: 'n' });
    expect(findFreezeBoundary(network, 'x')).toBe('x');
  });
});

describe('joining networks', () => {
  it('refuses layers of the same name', () => {
    const config = networkConfig(residualNetwork());
    expect(() => joinNetworks(config, config)).toThrow(/both have layers named "first"/);
  });
});

describe('reading a network', () => {
  it('refuses a layer that is used twice', () => {
    const x = input({ shape: [4], name: 'x' });
    const shared = layers.dense({ units: 4, name: 'shared' });
    const network = model({ inputs: x, outputs: apply(shared, apply(shared, x)), name: 'twice' });
    expect(() => networkConfig(network)).toThrow(/"shared" of "twice" is used 2 times/);
  });
});

describe('NetworkRunner', () => {
  it('computes as inference what LayersModel.predict computes', async () => {
    const network = residualNetwork();
    const expected = await (network.predict(pixels()) as Tensor).data();
    const actual = await new NetworkRunner(network).run(pixels()).data();
    for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5);
  });

  it('finds the logits before a final softmax', () => {
    expect(new NetworkRunner(residualNetwork()).logitsLayer).toBe('logits');
  });

  it('drops by the generator it is given, scales up what is kept, and leaves frozen batch normalisation as inference', async () => {
    const network = residualNetwork();
    network.getLayer('normalised').trainable = false;
    const runner = new NetworkRunner(network);
    const run = (step: number) =>
      runner.run(pixels(), { until: 'dropped', dropout: keyedRandom({ seed: 1, purpose: 'dropout', step }) }).data();
    const pooled = await runner.run(pixels(), { until: 'pooled' }).data();
    const [once, again, other] = await Promise.all([run(0), run(0), run(1)]);
    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
    for (const [i, value] of once.entries()) expect([0, (pooled[i] ?? Number.NaN) * 2]).toContain(value);
  });

  it.each([true, false])(
    'trains batch normalisation with scale %s as tfjs trains one with a scale of 1',
    async (scale) => {
      const image = input({ shape: [6, 6, 2], name: 'image' });
      const reference = layers.batchNormalization({ momentum: 0.9, name: 'reference' });
      reference.apply(image);
      const ours = apply(layers.batchNormalization({ momentum: 0.9, scale, name: 'ours' }), image);
      const runner = new NetworkRunner(model({ inputs: image, outputs: ours, name: 'network' }));
      const expected = await (reference.call(pixels(), { training: true }) as Tensor).data();
      const output = runner.run(pixels(), { dropout: keyedRandom({ seed: 1, purpose: 'dropout' }) });
      for (const [i, value] of (await output.data()).entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5);
      for (const position of [-1, -2]) {
        const [followed, wanted] = [runner.network.getLayer('ours'), reference].map((layer) =>
          layer.weights.at(position)?.read().dataSync(),
        );
        for (const [i, value] of (followed ?? []).entries()) expect(value).toBeCloseTo(wanted?.[i] ?? Number.NaN, 6);
      }
    },
  );

  it('drops an image as a whole where the layer has one draw for each', async () => {
    const image = input({ shape: [2, 2, 3], name: 'image' });
    const noiseShape = [null, 1, 1, 1] as unknown as number[];
    const dropped = apply(layers.dropout({ rate: 0.5, noiseShape, name: 'dropped' }), image);
    const runner = new NetworkRunner(model({ inputs: image, outputs: dropped, name: 'residual' }));
    const x = ones([64, 2, 2, 3]);
    const output = await runner.run(x, { dropout: keyedRandom({ seed: 1, purpose: 'dropout' }) }).data();
    const images = Array.from({ length: 64 }, (_, n) => new Set(output.slice(n * 12, (n + 1) * 12)));
    expect(images.every((values) => values.size === 1)).toBe(true);
    expect(new Set(output)).toEqual(new Set([0, 2]));
  });

  it('keeps no tensor but the result', () => {
    const runner = new NetworkRunner(residualNetwork());
    const x = pixels();
    const before = memory().numTensors;
    const result = runner.run(x, { dropout: keyedRandom({ seed: 1, purpose: 'dropout' }) });
    expect(memory().numTensors).toBe(before + 1);
    result.dispose();
  });

  it('holds no value longer than a layer reads it', async () => {
    const image = input({ shape: [64, 64, 4], name: 'image' });
    let x = image;
    for (let n = 0; n < 20; n += 1) x = apply(layers.activation({ activation: 'tanh', name: `step${n}` }), x);
    const runner = new NetworkRunner(model({ inputs: image, outputs: x, name: 'deep' }));
    const start = ones([1, 64, 64, 4]);
    const { peakBytes } = await profile(() => tidy(() => runner.run(start)));
    expect(peakBytes - memory().numBytes).toBeLessThan(3 * start.size * 4);
  });

  it('takes values that are known already, and runs neither their layers nor what only these read', async () => {
    const runner = new NetworkRunner(residualNetwork());
    const x = pixels();
    const sum = runner.run(x, { until: 'sum' });
    const given = new Map([['sum', sum]]);
    expect(await runner.run(x, { given }).data()).toEqual(await runner.run(x).data());
    // Of another shape than the first layer takes: it does not run.
    const result = runner.run(ones([1, 1]), { given });
    expect(result.shape[0]).toBe(sum.shape[0]);
    expect([x.isDisposed, sum.isDisposed]).toEqual([false, false]);
    expect(runner.run(x, { given, until: 'sum' })).not.toBe(sum);
  });

  it('gives the caller a tensor of its own where nothing is computed', () => {
    const x = pixels();
    tidy(() => new NetworkRunner(residualNetwork()).run(x, { until: 'image' }));
    expect(x.isDisposed).toBe(false);
  });
});
