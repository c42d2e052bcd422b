import { readFileSync } from 'node:fs';
import {
  assignWeights,
  buildTransferModel,
  gradCam,
  nodeRuntime,
  seededWeights,
  type GradientMethod,
  type HeatMap,
  type Runtime,
  type TransferModel,
} from '@graft-ml/node-adapter';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formulaImage } from '../../core/test/formula-image.js';

/** A map that Keras' GradientTape gives (oracles/explain.py). */
interface GoldenCase {
  readonly backbone: string;
  readonly head: string;
  readonly headSeed: number;
  readonly inputSize: readonly [number, number];
  readonly layer: string;
  /** The layer is the one that is taken where none is asked for. */
  readonly usual: boolean;
  readonly explained: number;
  readonly scores: readonly number[];
  readonly mapSize: readonly [number, number];
  readonly maps: Readonly<Record<GradientMethod, readonly number[]>>;
}

const golden = JSON.parse(readFileSync(new URL('../../core/test/golden/explain.json', import.meta.url), 'utf8')) as {
  readonly seed: number;
  readonly cases: readonly GoldenCase[];
};
const classNames = ['a', 'b', 'c'];
// The bar is 0.999; float32 in another order of sums does far better.
const leastCorrelation = 0.99999;

let runtime: Runtime;
beforeAll(() => {
  runtime = nodeRuntime({ cache: false });
});
afterAll(() => runtime.close());

/** Coarse squares under noise, as `pixels` of oracles/explain.py. */
function squares([height, width]: readonly [number, number]): Promise<Uint8Array> {
  const coarse = formulaImage([8, 8], golden.seed).data;
  const data = formulaImage([height, width], golden.seed).data.map((noise, i) => {
    const [y, x] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width];
    const place = Math.floor((y * 8) / height) * 8 + Math.floor((x * 8) / width);
    return (3 * coarse[place * 3 + (i % 3)]! + noise) >> 2;
  });
  return sharp(data, { raw: { height, width, channels: 3 } })
    .png()
    .toBuffer();
}

async function seededModel({ backbone, head, headSeed, inputSize }: GoldenCase): Promise<TransferModel> {
  const { seed } = golden;
  const model = await buildTransferModel(backbone, { weights: 'none', inputSize, head, seed, classNames, runtime });
  const { network } = model.built.suffix;
  assignWeights(network, seededWeights(network, { seed: headSeed }));
  return model;
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / n;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i += 1) {
    const [da, db] = [a[i]! - meanA, b[i]! - meanB];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}

/** The largest difference where both are 0–1. */
const difference = ({ values }: HeatMap, expected: readonly number[]) =>
  Math.max(...expected.map((value, i) => Math.abs(value - values[i]!)));

/** `npm run test:backbones` runs the others too. */
const full = process.env['GRAFT_FULL'] !== undefined;
const usually = ['vgg16', 'resnet50', 'mobilenetv2', 'squeezenet', 'convnexttiny'];
const backbones = [...new Set(golden.cases.map(({ backbone }) => backbone))].filter(
  (name) => full || usually.includes(name),
);

describe.each(backbones)('gradCam of %s', (backbone) => {
  const cases = golden.cases.filter((one) => one.backbone === backbone);
  const layers = [...new Set(cases.map(({ layer }) => layer))];

  it.each(layers)('gives the maps that Keras gives, of %s, by both methods', async (layer) => {
    const ofLayer = cases.filter((one) => one.layer === layer);
    const first = ofLayer[0]!;
    const image = await squares(first.inputSize);
    const model = await seededModel(first);
    const className = ofLayer.map(({ explained }) => classNames[explained]!);
    const inputs = ofLayer.map(() => image);
    for (const method of ['gradCam', 'gradCamPlusPlus'] as const) {
      const maps = await gradCam(model, inputs, { className, method, ...(!first.usual && { layer }) });
      for (const [i, map] of maps.entries()) {
        const { scores, explained, mapSize, maps: expected } = ofLayer[i]!;
        expect(map).toMatchObject({ layer, method, className: className[i], height: mapSize[0], width: mapSize[1] });
        expect(map.label).toBe(classNames[scores.indexOf(Math.max(...scores))]);
        expect(map.score).toBeCloseTo(scores[explained]!, 3);
        expect(difference(map, expected[method])).toBeLessThan(2e-3);
        expect(correlation(map.values, expected[method])).toBeGreaterThan(leastCorrelation);
      }
    }
    await model.dispose();
  });
});
