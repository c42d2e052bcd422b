import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  assignWeights,
  buildTransferModel,
  explanationSanityCheck,
  gradCam,
  loadImageFolder,
  loadTransferModel,
  nodeRuntime,
  occlusionSensitivity,
  seededWeights,
  writeDemoDataset,
  type BuildOptions,
  type Dataset,
  type HeatMap,
  type Progress,
  type Runtime,
  type TransferModel,
} from '@graft-ml/node-adapter';
import { memory } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeWeightSource } from '../src/weights/node-weight-source.js';

const root = mkdtempSync(join(tmpdir(), 'graft-explain-'));
let runtime: Runtime;
let dataset: Dataset;
let paths: string[];
/** A head that was fitted to the demo's images. */
let trained: TransferModel;

beforeAll(async () => {
  // Names of ImageNet's classes are not fetched.
  const weights = nodeWeightSource({ environment: { GRAFT_OFFLINE: '1', GRAFT_CACHE: root, KERAS_HOME: root } });
  runtime = { ...nodeRuntime({ cache: join(root, 'cache') }), weights };
  await writeDemoDataset(join(root, 'dataset'), { seed: 3, count: 8 });
  dataset = await loadImageFolder(join(root, 'dataset'));
  paths = dataset.samples.map(({ source }) => source as string);
  trained = await build({});
  await trained.fit(dataset, { epochs: 10 });
});
afterAll(async () => {
  await trained.dispose();
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

const build = (options: Partial<BuildOptions>) =>
  buildTransferModel('squeezenet', { weights: 'none', inputSize: [96, 96], runtime, ...options });

/** A model whose head has seeded weights: the usual one starts from zeros. */
async function seeded(options: Partial<BuildOptions> & { name?: string }): Promise<TransferModel> {
  const { name = 'squeezenet', ...rest } = options;
  const model = await buildTransferModel(name, {
    ...{ weights: 'none', inputSize: [96, 96], runtime, classNames: dataset.classNames },
    ...rest,
  });
  const { network } = model.built.suffix;
  assignWeights(network, seededWeights(network, { seed: 7 }));
  return model;
}

/** Float32 in another order of sums. */
function expectSame(maps: readonly HeatMap[], others: readonly HeatMap[], tolerance = 1e-3): void {
  expect(maps).toHaveLength(others.length);
  for (const [i, { values, ...facts }] of maps.entries()) {
    const other = others[i]!;
    const { score: _, peak: _peak, values: _values, ...same } = { ...facts, values };
    expect(other).toMatchObject(same);
    const difference = Math.max(...values.map((value, place) => Math.abs(value - other.values[place]!)));
    expect(difference).toBeLessThan(tolerance);
  }
}

describe('gradCam', () => {
  it.each(['wasm', 'cpu'])(
    'gives on %s what it gives on onnxruntime, through layers inside a block too',
    async (engine) => {
      const [one, other] = [await seeded({ head: 'mlp' }), await seeded({ head: 'mlp', engine })];
      for (const layer of [undefined, 'fire8/expand3x3']) {
        const options = { className: 'clear', layer };
        expectSame(await gradCam(one, paths.slice(0, 2), options), await gradCam(other, paths.slice(0, 2), options));
      }
      await Promise.all([one.dispose(), other.dispose()]);
    },
  );

  it('explains the class that the model predicts, with the score that it predicts', async () => {
    const maps = await gradCam(trained, paths.slice(0, 5));
    const { predictions } = await trained.predict(paths.slice(0, 5));
    for (const [i, map] of maps.entries()) {
      const { label, scores } = predictions[i]!;
      expect(map).toMatchObject({
        source: paths[i],
        className: label,
        label,
        layer: 'fire9/concat',
        resize: 'stretch',
      });
      expect(map.score).toBeCloseTo(scores[label]!, 4);
      expect(map.values).toHaveLength(map.height * map.width);
      expect(Math.max(...map.values)).toBe(map.peak > 0 ? 1 : 0);
    }
  });

  it('gives an image the same map alone and among others', async () => {
    const all = await gradCam(trained, paths);
    expectSame(await gradCam(trained, paths.slice(3, 4)), all.slice(3, 4), 1e-5);
  });

  it.each([
    ['a frozen boundary behind the layer', 'fire9/concat'],
    ['a layer that was trained', 'fire9/expand3x3'],
    ['a layer before the boundary', 'fire4'],
  ])('looks at a fine-tuned model: %s; saved and loaded it gives the same', async (_, layer) => {
    const model = await build({});
    await model.fit(dataset, { epochs: 2 });
    await model.fineTune(dataset, { unfreezeFrom: 'fire9', epochs: 1, learningRate: 1e-3 });
    const maps = await gradCam(model, paths.slice(0, 3), { layer, className: 'clear' });
    const { predictions } = await model.predict(paths.slice(0, 3));
    for (const [i, { score }] of maps.entries()) expect(score).toBeCloseTo(predictions[i]!.scores['clear']!, 3);
    await model.save(join(root, 'tuned'));
    await model.dispose();
    const same = await loadTransferModel(join(root, 'tuned'), { runtime });
    expectSame(await gradCam(same, paths.slice(0, 3), { layer, className: 'clear' }), maps, 1e-5);
    await same.dispose();
  });

  it('of an int8 model is that of the model in fp32', async () => {
    const [float, int8] = [await seeded({ head: 'mlp' }), await seeded({ head: 'mlp', precision: 'int8' })];
    await int8.calibrate(dataset);
    const options = { className: 'clear' };
    expectSame(await gradCam(int8, paths.slice(0, 2), options), await gradCam(float, paths.slice(0, 2), options), 1e-6);
    await Promise.all([float.dispose(), int8.dispose()]);
  });

  it.each([
    ['its own classifier of 1,000 classes', { includeTop: true, classNames: undefined }, '7'],
    ['layers of your own', { head: () => [layers.globalMaxPooling2d({}), layers.dense({ units: 3 })] }, 'clear'],
  ])('looks at a network with %s', async (_, options, className) => {
    const model = await seeded(options);
    const known = model.classNames!.includes(className) ? className : model.classNames![7]!;
    const [map] = await gradCam(model, paths.slice(0, 1), { className: known });
    expect(map).toMatchObject({ className: known, layer: 'fire9/concat', height: 5, width: 5 });
    await model.dispose();
  });

  it('explains one class for each image, and passes over images that cannot be read where somebody is told', async () => {
    const damaged = join(root, 'damaged.png');
    writeFileSync(damaged, 'no image');
    const inputs = [paths[0]!, damaged, paths[1]!];
    const className = ['clear', 'clear', dataset.classNames[0]!];
    const skipped: string[] = [];
    const maps = await gradCam(trained, inputs, { className, onSkipped: ({ path }) => void skipped.push(path) });
    expect(maps.map((map) => [map.source, map.className])).toEqual([
      [paths[0], 'clear'],
      [paths[1], dataset.classNames[0]],
    ]);
    expect(skipped).toEqual([damaged]);
    await expect(gradCam(trained, inputs)).rejects.toThrow(/damaged\.png.*no image by its first bytes/);
  });

  it.each([
    [{ className: 'nope' }, 'this model knows no class "nope"; it knows "'],
    [{ className: ['clear'] }, 'className has 1 names for 2 images'],
    [{ layer: 'fire99' }, 'squeezenet has no layer "fire99"'],
    [{ method: 'lime' }, 'unknown method "lime"; there are "gradCam", "gradCamPlusPlus"'],
  ])('refuses %o', async (options, message) => {
    await expect(gradCam(trained, paths.slice(0, 2), options as never)).rejects.toThrow(message);
  });

  it('refuses no images, a model without classes, and a layer without places', async () => {
    await expect(gradCam(trained, [])).rejects.toThrow('there are no images to explain');
    const model = await build({});
    await expect(gradCam(model, paths)).rejects.toThrow('no classes yet');
    await model.dispose();
    const squeezing = await seeded({ name: 'efficientnetb0', inputSize: [64, 64] });
    await expect(gradCam(squeezing, paths, { layer: 'block2a_se_squeeze' })).rejects.toThrow(
      /shape \[96\], which have no places/,
    );
    await squeezing.dispose();
  });

  it('ends when aborted, tells how far it is, and leaves no tensor behind', async () => {
    const before = memory().numTensors;
    await expect(gradCam(trained, paths, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    const seen: Progress[] = [];
    await gradCam(trained, paths.slice(0, 4), { layer: 'fire5/squeeze1x1', onProgress: (one) => void seen.push(one) });
    expect(seen.map(({ done, total }) => `${done}/${total}`)).toEqual(['1/4', '2/4', '3/4', '4/4']);
    await explanationSanityCheck(trained, paths.slice(0, 2), { draws: 2 });
    await occlusionSensitivity(trained, paths.slice(0, 1), { patchSize: 48 });
    expect(memory().numTensors).toBe(before);
  });
});

describe('occlusionSensitivity', () => {
  it('is by how much the score falls, as predictions of covered images say', async () => {
    const [path = ''] = paths;
    const pixels = await runtime.images.decode(await runtime.images.read(path), {
      ...{ size: [96, 96], interpolation: 'antialias', resize: 'stretch' },
    });
    const raw = { raw: { height: 96, width: 96, channels: 3 as const } };
    const grey = { create: { height: 48, width: 48, channels: 3 as const, background: { r: 128, g: 128, b: 128 } } };
    const covered = await Promise.all(
      [0, 48].flatMap((top) =>
        [0, 48].map((left) =>
          sharp(pixels.data, raw)
            .composite([{ input: grey, top, left }])
            .png()
            .toBuffer(),
        ),
      ),
    );
    const { predictions } = await trained.predict([path, ...covered]);
    for (const className of dataset.classNames) {
      const scores = predictions.map((prediction) => prediction.scores[className]!);
      const drops = scores.slice(1).map((score) => Math.max(0, scores[0]! - score));
      const [map] = await occlusionSensitivity(trained, [path], { className, patchSize: 48, stride: 48, fill: 'grey' });
      expect(map).toMatchObject({ height: 2, width: 2, layer: null, method: 'occlusion', className });
      expect(map!.score).toBeCloseTo(scores[0]!, 5);
      expect(map!.peak).toBeCloseTo(Math.max(...drops), 5);
      for (const [i, drop] of drops.entries()) expect(map!.values[i]! * map!.peak).toBeCloseTo(drop, 5);
    }
  });

  it('covers a seventh of the image in steps of half of that, unless told otherwise', async () => {
    const seen: Progress[] = [];
    const [map] = await occlusionSensitivity(trained, paths.slice(0, 1), { onProgress: (one) => void seen.push(one) });
    expect([map!.height, map!.width]).toEqual([14, 14]);
    expect(seen.at(-1)).toEqual({ stage: 'features', done: 170, total: 170 });
  });

  it.each([
    [{ patchSize: 97 }, 'patchSize is 97; the network sees 96×96 pixels'],
    [{ patchSize: 0 }, 'patchSize is 0'],
    [{ patchSize: 10, stride: 11 }, 'stride is 11, more than the patch size of 10'],
    [{ fill: 'red' }, 'unknown fill "red"; there are "mean", "grey", "blur"'],
  ])('refuses %o', async (options, message) => {
    await expect(occlusionSensitivity(trained, paths, options as never)).rejects.toThrow(message);
  });

  it('ends when aborted', async () => {
    const controller = new AbortController();
    const onProgress = ({ done }: Progress) => done > 20 && controller.abort();
    const run = occlusionSensitivity(trained, paths, { signal: controller.signal, onProgress });
    await expect(run).rejects.toThrow('aborted');
  });
});

describe('explanationSanityCheck', () => {
  it('finds that maps change with the head’s weights, the same for the same seed, and leaves the model as it is', async () => {
    const before = await trained.predict(paths);
    const check = await explanationSanityCheck(trained, paths.slice(0, 8), { draws: 6, seed: 1 });
    expect(check).toMatchObject({ verdict: 'follows', draws: 6, layer: 'fire9/concat', method: 'gradCam' });
    expect(check.steps.map(({ randomized }) => randomized)).toEqual([['head']]);
    expect(Math.abs(check.steps[0]!.rankCorrelation)).toBeLessThan(0.5);
    expect(check.sentence).toMatch(/^The heat maps change when the head's weights are random \(rank correlation /);
    expect(await explanationSanityCheck(trained, paths.slice(0, 8), { draws: 6, seed: 1 })).toEqual(check);
    expect(await trained.predict(paths)).toEqual(before);
  });

  it('goes on from the head to the blocks that were fine-tuned', async () => {
    const model = await build({});
    await model.fit(dataset, { epochs: 2 });
    await model.fineTune(dataset, { unfreezeFrom: 'fire8', epochs: 1 });
    const { steps } = await explanationSanityCheck(model, paths.slice(0, 2), { draws: 1 });
    expect(steps.map(({ randomized }) => randomized)).toEqual([
      ['head'],
      ['head', 'fire9'],
      ['head', 'fire9', 'fire8'],
    ]);
    await model.dispose();
  });

  it('does not judge where no map holds anything', async () => {
    // A head of zeros: nothing speaks for any class.
    const model = await build({ classNames: dataset.classNames });
    const check = await explanationSanityCheck(model, paths.slice(0, 2), { draws: 1 });
    expect(check).toMatchObject({ verdict: 'undecided', steps: [], images: 0 });
    await model.dispose();
  });

  it('refuses draws that are no number of draws', async () => {
    await expect(explanationSanityCheck(trained, paths, { draws: 0 })).rejects.toThrow('draws is 0');
  });
});
