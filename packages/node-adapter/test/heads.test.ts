import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildTransferModel,
  compareBackbones,
  crossValidate,
  DatasetError,
  learningRateChart,
  learningRateFinder,
  listHeads,
  loadImageFolder,
  loadTransferModel,
  nodeRuntime,
  randomSearch,
  splitDataset,
  writeDemoDataset,
  type Dataset,
  type FitOptions,
  type HeadChoice,
  type ImageBytes,
  type ImageReference,
  type Runtime,
} from '@graft-ml/node-adapter';
import { memory } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'graft-heads-'));
const small = { weights: 'none', inputSize: [64, 64] } as const;
let runtime: Runtime;
let dataset: Dataset;
let read: ImageReference[] = [];

beforeAll(async () => {
  const inner = nodeRuntime({ cache: join(root, 'cache') });
  const images = { ...inner.images, read: inner.images.read.bind(inner.images) };
  const spied = {
    ...images,
    decode: inner.images.decode.bind(inner.images),
    read: (source: ImageReference): Promise<ImageBytes> => {
      read.push(source);
      return images.read(source);
    },
  };
  runtime = { ...inner, images: spied };
  await writeDemoDataset(join(root, 'dataset'), { seed: 3, count: 12 });
  dataset = await loadImageFolder(join(root, 'dataset'));
});
afterAll(async () => {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

const build = (head: HeadChoice) => buildTransferModel('squeezenet', { ...small, runtime, head });
const custom: HeadChoice = ({ classes, inputShape }) => {
  expect(inputShape).toEqual([3, 3, 512]);
  return [
    layers.globalMaxPooling2d({}),
    layers.dense({ units: 16, activation: 'relu' }),
    layers.dropout({ rate: 0.1 }),
    layers.dense({ units: classes, activation: 'softmax' }),
  ];
};

const customModel: HeadChoice = ({ classes, inputShape }) =>
  sequential({ layers: [layers.flatten({ inputShape: [...inputShape] }), layers.dense({ units: classes })] });

describe('heads', () => {
  it('are listed', () => {
    expect(listHeads()).toEqual(['default', 'notebook', 'linear', 'mlp', 'prototype']);
  });

  it.each<[string, HeadChoice, FitOptions & { least?: number }]>([
    ['default', 'default', { epochs: 15 }],
    ['linear', 'linear', {}],
    // Features that random weights make foretell little, and cross-validation finds that out.
    ['linear:c=auto', 'linear:c=auto', { least: 0.4 }],
    ['linear on augmented views', { name: 'linear', c: 0.1 }, { views: 3, classWeights: 'balanced' }],
    ['mlp', 'mlp', { epochs: 15 }],
    // Class means say little of features that random weights make, and layers of one's own get them as they are.
    ['prototype', 'prototype', { least: 0.4 }],
    ['prototype by cosine', 'prototype:metric=cosine,standardize=true', { least: 0.4 }],
    ['layers of one’s own', custom, { epochs: 3, least: 0 }],
    ['a model of one’s own', customModel, { epochs: 3, least: 0 }],
  ])('%s: learns, and gives the same scores when saved and loaded', async (_, head, { least = 0.6, ...options }) => {
    const model = await build(head);
    const history = await model.fit(dataset, options);
    // Chance is a third.
    expect(history.epochs.at(-1)?.accuracy).toBeGreaterThan(least);
    const paths = dataset.samples.slice(0, 5).map(({ source }) => source);
    const before = await model.predict(paths);
    await model.save(join(root, 'saved'));
    await model.dispose();
    const same = await loadTransferModel(join(root, 'saved'), { runtime });
    expect(await same.predict(paths)).toEqual(before);
    await same.dispose();
  });

  it('solved heads report one line with what the solver found, and a loaded model is solved again alike', async () => {
    const { train, validation } = splitDataset(dataset, { validationSize: 0.2 });
    const model = await build('linear:c=0.5');
    const seen: number[] = [];
    const history = await model.fit(train, {
      validation,
      callbacks: [{ onEpochEnd: ({ loss }) => void seen.push(loss) }],
    });
    expect(history.epochs).toHaveLength(1);
    expect(history.epochs[0]).toMatchObject({ epoch: 1, learningRate: 0, c: 0.5 });
    expect(history.epochs[0]?.['iterations']).toBeGreaterThan(0);
    expect(history.epochs[0]?.valAccuracy).not.toBeNull();
    expect(seen).toEqual([history.epochs[0]?.loss]);
    await model.save(join(root, 'solved'));
    const loaded = await loadTransferModel(join(root, 'solved'), { runtime });
    const again = await loaded.fit(train, { validation });
    expect(again.epochs).toEqual(history.epochs);
    await Promise.all([model.dispose(), loaded.dispose()]);
  });

  it('a solved head gives the same weights whatever the seed', async () => {
    const logits = async (seed: number) => {
      const model = await build('linear');
      await model.fit(dataset, { seed });
      const { predictions } = await model.predict([dataset.samples[0]?.source ?? '']);
      await model.dispose();
      return predictions;
    };
    expect(await logits(1)).toEqual(await logits(2));
  });

  it('refuses settings that mean nothing, listing what there is', async () => {
    await expect(build('boosted')).rejects.toThrow('unknown head "boosted"; there are "default", "notebook", "linear"');
    await expect(build('linear:gamma=1')).rejects.toThrow('head "linear" has no option "gamma"; there are "c"');
    await expect(build('linear:c=0')).rejects.toThrow('c is 0; expected a number above 0, or "auto"');
    await expect(build('linear:c')).rejects.toThrow('write NAME:SETTING=VALUE');
    await expect(build('mlp:hidden=0')).rejects.toThrow('hidden is 0');
    await expect(build('mlp:activation=sine')).rejects.toThrow('unknown activation "sine"');
    await expect(build('default:dropout=1')).rejects.toThrow('dropout is 1');
    await expect(build('prototype:metric=manhattan')).rejects.toThrow('"euclidean", "cosine"');
    const model = await build('linear');
    await expect(model.fit(dataset, { epochs: 3, batchSize: 4 })).rejects.toThrow(
      'head "linear" is solved at once, without steps: batchSize, epochs would have no effect',
    );
    await expect(model.fit(dataset, { views: 'epoch' })).rejects.toThrow('give a number of views');
    await model.dispose();
  });

  it('refuses layers of one’s own that do not fit, or would not be heeded', async () => {
    const { classNames } = dataset;
    const fails = (head: HeadChoice) =>
      expect(buildTransferModel('squeezenet', { ...small, runtime, head, classNames })).rejects;
    await fails(({ classes }) => [layers.dense({ units: classes })]).toThrow('shape [3, 3, 3]; expected [3]');
    await fails(() => []).toThrow('an array of layers');
    await fails(({ classes }) => [
      layers.flatten(),
      layers.gaussianNoise({ stddev: 1 }),
      layers.dense({ units: classes }),
    ]).toThrow('GaussianNoise, draws from no seed');
    await fails(({ classes }) => [
      layers.flatten(),
      layers.dense({ units: classes, kernelRegularizer: 'l1l2' }),
    ]).toThrow('kernelRegularizer, which training here does not heed');
  });
});

describe('crossValidate', () => {
  it('tests each sample once, by models that did not see it, and leaves the model and no tensor behind', async () => {
    await runtime.prepareBackend('training');
    const model = await build('default');
    await crossValidate(model, dataset, { nSplits: 2, epochs: 1 });
    const tensors = memory().numTensors;
    read = [];
    const result = await crossValidate(model, dataset, { nSplits: 4, epochs: 10 });
    expect(memory().numTensors).toBe(tensors);
    expect(model.classNames).toBeUndefined();
    // Each image is read once, for all folds.
    expect(read).toHaveLength(dataset.samples.length);
    expect(result.folds.map(({ fold, counts }) => [fold, counts.train + counts.test])).toEqual(
      [1, 2, 3, 4].map((fold) => [fold, dataset.samples.length]),
    );
    expect(result.evaluation.predictions.map(({ source }) => source)).toEqual(
      dataset.samples.map(({ source }) => source),
    );
    const accuracies = result.folds.map(({ accuracy }) => accuracy);
    const mean = accuracies.reduce((sum, value) => sum + value, 0) / 4;
    expect(result.mean.accuracy).toBeCloseTo(mean, 12);
    expect(result.sd.accuracy).toBeCloseTo(Math.sqrt(accuracies.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 4), 12);
    expect(await crossValidate(model, dataset, { nSplits: 4, epochs: 10 })).toEqual(
      expect.objectContaining({ folds: result.folds, mean: result.mean }),
    );
    await model.dispose();
  });

  it('keeps groups together, and averages the scores of repeats', async () => {
    const samples = dataset.samples.map((sample, index) => ({ ...sample, group: `patient ${Math.floor(index / 3)}` }));
    const model = await build('linear');
    const groupOf = new Map(samples.map(({ source, group }) => [source, group]));
    const grouped = await crossValidate(model, { ...dataset, samples }, { nSplits: 3, nRepeats: 2 });
    expect(grouped.folds.map(({ repeat, fold }) => `${repeat}.${fold}`)).toEqual([
      '1.1',
      '1.2',
      '1.3',
      '2.1',
      '2.2',
      '2.3',
    ]);
    expect(grouped.folds.every(({ counts }) => counts.test % 3 === 0)).toBe(true);
    expect(groupOf.size).toBe(samples.length);
    for (const { scores } of grouped.evaluation.predictions) {
      expect(Object.values(scores).reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 6);
    }
    await model.dispose();
  });

  it('refuses folds that cannot be, and ends when aborted', async () => {
    const model = await build('default');
    await expect(crossValidate(model, dataset, { nSplits: 1 })).rejects.toThrow('nSplits is 1');
    const oneGroup = { ...dataset, samples: dataset.samples.map((sample) => ({ ...sample, group: sample.label })) };
    await expect(crossValidate(model, oneGroup, { nSplits: 3, epochs: 1 })).rejects.toThrow(DatasetError);
    await expect(crossValidate(model, dataset, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    await model.dispose();
  });
});

describe('learningRateFinder', () => {
  it('raises the learning rate from step to step and suggests one, the model left as it is', async () => {
    const model = await build('default');
    const range = await learningRateFinder(model, dataset, { from: 1e-5, to: 1e3, steps: 60 });
    expect(model.classNames).toBeUndefined();
    expect(range.points[0]?.learningRate).toBe(1e-5);
    expect(range.points[0]?.smoothedLoss).toBeCloseTo(range.points[0]?.loss ?? Number.NaN, 12);
    const rates = range.points.map(({ learningRate }) => learningRate);
    expect(rates.every((rate, i) => i === 0 || rate / (rates[i - 1] ?? 0) > 1.3)).toBe(true);
    expect(range.suggestion).toBe(Math.min(range.steepest, range.minimumTenth));
    expect(range.suggestion).toBeGreaterThan(1e-5);
    expect(range.suggestion).toBeLessThan(10);
    expect(JSON.parse(JSON.stringify(learningRateChart(range)))).toEqual(learningRateChart(range));
    const again = await learningRateFinder(model, dataset, { from: 1e-5, to: 1e3, steps: 60 });
    expect(again).toEqual(range);
    await model.dispose();
  });

  it('refuses a range that is none, and heads without steps', async () => {
    const model = await build('default');
    await expect(learningRateFinder(model, dataset, { from: 1, to: 0.1 })).rejects.toThrow('from 1 to 0.1');
    await expect(learningRateFinder(model, dataset, { steps: 0 })).rejects.toThrow('steps is 0');
    await model.dispose();
    const solved = await build('linear');
    await expect(learningRateFinder(solved, dataset)).rejects.toThrow('solved at once');
    await solved.dispose();
  });
});

describe('compareBackbones', () => {
  it('gives a row for each, with the reason where one fails', async () => {
    const job = { seed: 1, epochs: 3 };
    const trained: string[] = [];
    const comparison = await compareBackbones(['squeezenet', 'vgg1000', 'mobilenet'], dataset, {
      build: { ...small, runtime },
      job,
      onModel: (name) => void trained.push(name),
    });
    expect(trained).toEqual(['squeezenet', 'mobilenet']);
    expect(comparison.rows.map(({ backbone }) => backbone)).toEqual(['squeezenet', 'vgg1000', 'mobilenet']);
    expect(comparison.rows[1]).toMatchObject({ reason: expect.stringContaining('vgg1000') as string });
    expect(comparison.rows[0]).toMatchObject({ parameters: 722_496 + 2 * 512 + 3 * 513 });
    expect(trained).toContain(comparison.best);
    expect(String(comparison)).toMatch(/^backbone +accuracy +macro F1.*\nsqueezenet +[01]\.\d{4}.*\nvgg1000 +failed: /);
  });

  it('refuses no name and a name given twice', async () => {
    const options = { build: { ...small, runtime }, job: { seed: 1 } };
    await expect(compareBackbones([], dataset, options)).rejects.toThrow('name at least one');
    await expect(compareBackbones(['vgg16', 'vgg16'], dataset, options)).rejects.toThrow('named twice');
  });
});

describe('randomSearch', () => {
  it('ranks drawn heads by cross-validation, the same for the same seed', async () => {
    const model = await build('default');
    const options = { trials: 5, nSplits: 3, seed: 5 };
    const space = [
      { head: 'linear', settings: { c: { logUniform: [1e-3, 10] } } },
      {
        head: 'default',
        settings: { dropout: { uniform: [0, 0.5] } },
        fit: { epochs: { integer: [1, 3] }, labelSmoothing: { choice: [0, 0.1] } },
      },
      { head: 'prototype', settings: { metric: { choice: ['euclidean', 'cosine'] } } },
    ] as const;
    const search = await randomSearch(model, dataset, { ...options, space });
    expect(search.trials.map(({ trial }) => trial).sort()).toEqual([1, 2, 3, 4, 5]);
    const scores = search.trials.map(({ mean }) => mean.accuracy);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(String(search).split('\n')).toHaveLength(6);
    expect((await randomSearch(model, dataset, { ...options, space })).trials).toEqual(search.trials);
    const tuned = await build(search.best?.head ?? '');
    await tuned.fit(dataset, search.best?.fit);
    await Promise.all([model.dispose(), tuned.dispose()]);
  });

  it('refuses a space with heads, settings or bounds that do not exist', async () => {
    const model = await build('default');
    const fails = (space: object) => expect(randomSearch(model, dataset, { space: [space] as never })).rejects;
    await fails({ head: 'boosted' }).toThrow('unknown head');
    await fails({ head: 'linear', fit: { epochs: { choice: [1] } } }).toThrow('no option "epochs"');
    await fails({ head: 'default', fit: { epoch: { choice: [1] } } }).toThrow('no option "epoch"');
    await fails({ head: 'linear', settings: { c: { logUniform: [0, 1] } } }).toThrow('goes from 0 to 1');
    await fails({ head: 'linear', settings: { c: { normal: [0, 1] } } }).toThrow('expected one of "choice"');
    await fails({ head: 'linear', settings: { c: { choice: [] } } }).toThrow('no values');
    await model.dispose();
  });
});
