import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ArtifactError,
  buildTransferModel,
  compareModels,
  DatasetError,
  ensemble,
  flip,
  loadImageFolder,
  loadTransferModel,
  nodeRuntime,
  openPredictor,
  runTrainingJob,
  saveCalibration,
  splitDataset,
  writeDemoDataset,
  type Dataset,
  type DatasetSplit,
  type Evaluation,
  type Runtime,
  type Sample,
  type TransferModel,
} from '@graft-ml/node-adapter';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'graft-evaluation-'));
const at = (...parts: string[]) => join(root, ...parts);

let runtime: Runtime;
let dataset: Dataset;
let split: DatasetSplit & { readonly validation: Dataset };
let model: TransferModel;

async function trained(head: 'linear' | 'prototype'): Promise<TransferModel> {
  const built = await buildTransferModel('squeezenet', {
    weights: 'none',
    inputSize: [64, 64],
    head,
    runtime,
    seed: 3,
  });
  await built.fit(split.train);
  return built;
}

beforeAll(async () => {
  runtime = nodeRuntime({ cache: at('cache') });
  await writeDemoDataset(at('dataset'), { seed: 3, count: 40 });
  dataset = await loadImageFolder(at('dataset'));
  const { validation = dataset, ...rest } = splitDataset(dataset, { testSize: 0.3, validationSize: 0.3, seed: 1 });
  split = { ...rest, validation };
  model = await trained('linear');
  const own = new Map([['graft.json', new Uint8Array(1)]]);
  await expect(model.save(at('refused'), { files: own })).rejects.toThrow('a further file is called "graft.json"');
  await model.save(at('model'), { files: new Map([['note.txt', new TextEncoder().encode('kept')]]) });
});
afterAll(async () => {
  await model.dispose();
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

/** The model as it was saved, for tests that change it. */
const fresh = () => loadTransferModel(at('model'), { runtime });
const scoresOf = ({ predictions }: Pick<Evaluation, 'predictions'>) => predictions.map(({ scores }) => scores);
const sources = (set: Dataset) => set.samples.map(({ source }) => source);

function expectSameScores(found: readonly Record<string, number>[], expected: readonly Record<string, number>[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, row] of found.entries()) {
    for (const [name, score] of Object.entries(row)) expect(score).toBeCloseTo(expected[i]?.[name] ?? Number.NaN, 5);
  }
}

describe('test-time augmentation', () => {
  it('of one view is the image itself, of several another mean, the same each time', async () => {
    const plain = scoresOf(await model.evaluate(split.test));
    expect(scoresOf(await model.evaluate(split.test, { tta: 1 }))).toEqual(plain);
    const augmented = scoresOf(await model.evaluate(split.test, { tta: 4 }));
    expect(augmented).not.toEqual(plain);
    expect(scoresOf(await model.evaluate(split.test, { tta: 4 }))).toEqual(augmented);
    expect(scoresOf(await model.evaluate(split.test, { tta: 4, seed: 9 }))).not.toEqual(augmented);
  });

  it('is the mean over the views', async () => {
    // A flip is drawn or not: the mean of the image and its mirror image lies between the two.
    const options = { tta: 2, augmentation: [flip({ horizontal: true })] };
    const [plain, both] = [await model.predict(sources(split.test)), await model.predict(sources(split.test), options)];
    const changed = both.predictions.filter(({ scores }, i) => {
      const [name = ''] = Object.keys(scores);
      return scores[name] !== plain.predictions[i]?.scores[name];
    });
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThan(split.test.samples.length);
  });

  it('is the same of a compiled graph', async () => {
    const predictor = await openPredictor(at('model'), { runtime });
    const { predictions } = await predictor.predict(sources(split.test), { tta: 3 });
    await predictor.dispose();
    expectSameScores(
      scoresOf({ predictions } as Evaluation),
      scoresOf((await model.predict(sources(split.test), { tta: 3 })) as Evaluation),
    );
  });
});

describe('calibration', () => {
  it('fits a temperature that lowers the loss of its images, and is part of the saved model', async () => {
    const calibrated = await fresh();
    const scaling = await calibrated.calibrateTemperature(split.validation);
    expect(scaling.images).toBe(split.validation.samples.length);
    expect(scaling.after.loss).toBeLessThan(scaling.before.loss);
    expect((await calibrated.evaluate(split.validation)).loss).toBeCloseTo(scaling.after.loss, 6);
    const plain = await model.evaluate(split.test);
    const scaled = await calibrated.evaluate(split.test);
    expect(scaled.accuracy).toBe(plain.accuracy);
    expect(scaled.loss).not.toBe(plain.loss);

    await calibrated.save(at('scaled'));
    await calibrated.dispose();
    const same = await loadTransferModel(at('scaled'), { runtime });
    expect(same.calibration).toEqual({ temperature: scaling.temperature });
    expect(scoresOf(await same.evaluate(split.test))).toEqual(scoresOf(scaled));
    await same.dispose();
    const predictor = await openPredictor(at('scaled'), { runtime });
    const { predictions } = await predictor.predict(sources(split.test));
    await predictor.dispose();
    expectSameScores(scoresOf({ predictions } as Evaluation), scoresOf(scaled));
  });

  it('chooses thresholds that labels are made by, in every way to use the model', async () => {
    const [className = ''] = dataset.classNames;
    const chosen = await fresh();
    const options = { criterion: 'sensitivity', minSensitivity: 0.9, classes: [className] } as const;
    const { [className]: rates } = await chosen.chooseThresholds(split.validation, options);
    const { predictions } = await chosen.evaluate(split.validation);
    const own = predictions.filter(({ trueLabel }) => trueLabel === className);
    expect(own.filter(({ label }) => label === className).length / own.length).toBe(rates?.sensitivity);
    expect(scoresOf(await chosen.evaluate(split.test))).toEqual(scoresOf(await model.evaluate(split.test)));
    await chosen.save(at('thresholds'));
    await chosen.dispose();
    const predictor = await openPredictor(at('thresholds'), { runtime });
    const again = await predictor.predict(sources(split.validation));
    await predictor.dispose();
    expect(again.predictions.map(({ label }) => label)).toEqual(predictions.map(({ label }) => label));
  });

  it('chooses thresholds on what can be read, if so much is tolerable', async () => {
    const chosen = await fresh();
    const [{ label }] = split.validation.samples as [Sample];
    const gone = split.validation.samples.map((_, i) => ({ id: `gone-${i}`, source: at(`gone-${i}.png`), label }));
    const half = { ...split.validation, samples: [...split.validation.samples, ...gone] };
    await expect(chosen.chooseThresholds(half)).rejects.toThrow(/more than 10 %/);
    const rates = await chosen.chooseThresholds(half, { tolerableShare: 0.5 });
    expect(rates).toEqual(await chosen.chooseThresholds(split.validation));
    await chosen.dispose();
  });

  it('is forgotten when the model is trained again', async () => {
    const again = await fresh();
    again.useCalibration({ temperature: 2 });
    await again.fit(split.train);
    expect(again.calibration).toBeUndefined();
    await again.dispose();
  });

  it('is written into a saved model, and nothing else is changed', async () => {
    cpSync(at('model'), at('changed'), { recursive: true });
    const calibration = { temperature: 1.5, thresholds: { [dataset.classNames[0] ?? '']: 0.25 } };
    await saveCalibration(at('changed'), calibration, { runtime });
    expect(readdirSync(at('changed')).sort()).toEqual(readdirSync(at('model')).sort());
    expect(readFileSync(at('changed', 'note.txt'), 'utf8')).toBe('kept');
    const manifest = (name: string) => JSON.parse(readFileSync(at(name, 'graft.json'), 'utf8')) as object;
    expect(manifest('changed')).toEqual({ ...manifest('model'), calibration });
    // The kept graph serves it: the weights need not be found.
    const weights = { open: () => Promise.reject(new Error('the weights were asked for')) };
    const predictor = await openPredictor(at('changed'), { runtime: { ...runtime, weights } });
    await predictor.dispose();
    await saveCalibration(at('changed'), undefined, { runtime });
    expect(manifest('changed')).toEqual(manifest('model'));
  });

  it.each([
    { temperature: -1 },
    { temperature: 'hot' },
    { thresholds: { unknown: 0.5 } },
    { thresholds: { covid: 2 } },
  ])('is refused as %j in a manifest', async (calibration) => {
    cpSync(at('model'), at('spoiled'), { recursive: true });
    const file = at('spoiled', 'graft.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...manifest, calibration }));
    await expect(openPredictor(at('spoiled'), { runtime })).rejects.toThrow(ArtifactError);
    await expect(loadTransferModel(at('spoiled'), { runtime })).rejects.toThrow(/save the model again/);
  });

  it('is a stage of a training job, on the validation images', async () => {
    const built = await buildTransferModel('squeezenet', { weights: 'none', inputSize: [64, 64], runtime });
    const job = { epochs: 2, seed: 1, calibration: { temperature: true, thresholds: {} } };
    await expect(runTrainingJob(built, dataset, job)).rejects.toThrow(/pass a validation size/);
    await runTrainingJob(built, dataset, { ...job, validationSize: 0.3 });
    expect(built.calibration?.temperature).toBeGreaterThan(0);
    expect(Object.keys(built.calibration?.thresholds ?? {})).toEqual(dataset.classNames);
    await built.dispose();
  });
});

describe('several models', () => {
  it('answer as one with the mean of their scores', async () => {
    const other = await trained('prototype');
    const both = ensemble([model, other]);
    const [a, b, mean] = [
      await model.evaluate(split.test),
      await other.evaluate(split.test),
      await both.evaluate(split.test),
    ];
    for (const [i, { scores }] of mean.predictions.entries()) {
      for (const [name, score] of Object.entries(scores)) {
        const expected = ((a.predictions[i]?.scores[name] ?? 0) + (b.predictions[i]?.scores[name] ?? 0)) / 2;
        expect(score).toBeCloseTo(expected, 12);
      }
    }
    const { predictions } = await both.predict(sources(split.test));
    expect(scoresOf({ predictions } as Evaluation)).toEqual(scoresOf(mean));
    const comparison = await compareModels(model, other, { dataset: split.test, resamples: 200 });
    expect(comparison.figures.accuracy).toMatchObject({ a: a.accuracy, b: b.accuracy });
    await other.dispose();
  });

  it('are refused with different classes, without classes, and alone', async () => {
    const names = { classNames: ['x', 'y'], runtime, weights: 'none', inputSize: [64, 64] } as const;
    const other = await buildTransferModel('squeezenet', names);
    const unknowing = await buildTransferModel('squeezenet', { ...names, classNames: undefined });
    expect(() => ensemble([model, other])).toThrow(/take models of the same classes/);
    expect(() => ensemble([model, unknowing])).toThrow(/call fit first/);
    expect(() => ensemble([model])).toThrow(/two or more/);
    await other.dispose();
    await unknowing.dispose();
  });
});

describe('evaluation sets that do not fit', () => {
  it('hold a class that the model does not know: refused, with its name', async () => {
    const stranger = { ...split.test, samples: [{ ...split.test.samples[0]!, label: 'stranger' }] };
    await expect(model.evaluate(stranger)).rejects.toThrow(DatasetError);
    await expect(model.evaluate(stranger)).rejects.toThrow(/labelled "stranger"/);
  });

  it('are empty: refused', async () => {
    await expect(model.evaluate({ ...split.test, samples: [] })).rejects.toThrow(/no images to predict/);
  });
});

describe('tensors', () => {
  it('are all gone after evaluating with views and calibrating', async () => {
    const before = memory().numTensors;
    await model.evaluate(split.test, { tta: 3 });
    const calibrated = await fresh();
    await calibrated.calibrateTemperature(split.validation);
    await calibrated.dispose();
    expect(memory().numTensors).toBe(before);
  });
});
