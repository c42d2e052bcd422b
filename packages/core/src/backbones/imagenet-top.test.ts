import '@tensorflow/tfjs-backend-cpu';
import { readFileSync } from 'node:fs';
import { memory, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { headConfig } from '../head/head-config.js';
import { instantiateNetwork } from '../network/network-config.js';
import { assignWeights } from '../weights/assign-weights.js';
import { layerShapes } from '../weights/layer-shapes.js';
import { seededWeights } from '../weights/seeded-weights.js';
import { positionHash } from '../weights/weight-formula.js';
import { buildWithTop, requireTop } from './build-with-top.js';
import { findPublishedWeights } from './published-weights.js';
import { getBackbone, listBackbones } from './registry.js';

/** What Keras' classifier computes from formula features with formula weights (oracles/backbones_top.py). */
interface TopGolden {
  /** Of the whole network. */
  readonly parameters: number;
  readonly features: readonly [height: number, width: number, channels: number];
  readonly layers: readonly string[];
  readonly probes: { readonly indices: readonly number[]; readonly values: readonly number[] };
  readonly largest: number;
}

const { seed, tops } = JSON.parse(
  readFileSync(new URL('../../test/golden/backbone-tops.json', import.meta.url), 'utf8'),
) as { readonly seed: number; readonly tops: Readonly<Record<string, TopGolden>> };

const full = process.env['GRAFT_FULL'] !== undefined;

describe('the classifier of 1,000 classes', () => {
  it("is known for every network of Keras', and SqueezeNet", () => {
    expect([...Object.keys(tops), 'squeezenet'].sort()).toEqual(
      listBackbones()
        .filter(({ top }) => top !== undefined)
        .map(({ name }) => name)
        .sort(),
    );
  });

  // VGG's has 120 million parameters: `npm run test:backbones` computes with them.
  const computed = Object.entries(tops).filter(([name]) => full || !name.startsWith('vgg'));
  it.each(computed)("of %s computes Keras' scores", (name, golden) => {
    const top = buildTop(name, golden.features);
    expect(layerShapes(top).map((layer) => layer.name)).toEqual(golden.layers);
    // ConvNeXt's stands in place of the backbone's last normalisation.
    const replaced = getBackbone(name).topInput === undefined ? 0 : 2 * golden.features[2];
    const { parameters = 0 } = findPublishedWeights(name) ?? {};
    expect(parameters - replaced + top.countParams()).toBe(golden.parameters);
    assignWeights(top, seededWeights(top, { seed, draw: 'everything' }));
    const scores = tidy(() => (top.predict(formulaFeatures(golden.features)) as Tensor).dataSync());
    const errors = golden.probes.indices.map((index, n) =>
      Math.abs((scores[index] ?? Number.NaN) - (golden.probes.values[n] ?? 0)),
    );
    expect(Math.max(...errors) / golden.largest).toBeLessThan(1e-4);
    top.dispose();
  });

  it("of ConvNeXt reads what comes before the backbone's last normalisation, as Keras' does", () => {
    const whole = buildWithTop(getBackbone('convnexttiny'), [32, 32]);
    const names = whole.layers.map((layer) => layer.name);
    expect(names).not.toContain('layer_normalization');
    expect(names.at(-4)).toBe('convnext_tiny_head_gap');
    expect(whole.countParams()).toBe(tops['convnexttiny']?.parameters);
    whole.dispose();
  });

  it('stands on the backbone as one network, and leaves no tensor behind', () => {
    const before = memory().numTensors;
    const whole = buildWithTop(getBackbone('squeezenet'), [64, 48]);
    expect(whole.outputs[0]?.shape).toEqual([null, 1000]);
    expect(whole.countParams()).toBe(722_496 + 513_000);
    whole.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

function buildTop(name: string, features: readonly number[]) {
  const base = { outputShape: [null, ...features] } as unknown as Parameters<typeof headConfig>[1]['base'];
  return instantiateNetwork(headConfig(requireTop(getBackbone(name)), { base, classes: 1000 }));
}

function formulaFeatures(shape: readonly [number, number, number]): Tensor {
  const hash = positionHash({ seed, layer: 'features', index: 0 });
  const [height, width, channels] = shape;
  const values = Float32Array.from({ length: height * width * channels }, (_, i) => (hash(i) >>> 0) / 2 ** 32);
  return tensor(values, [1, ...shape]);
}
