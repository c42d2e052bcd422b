import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatasetError } from '@graft-ml/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDemoDataset } from '../datasets/write-demo-dataset.js';
import { nodeRuntime } from '../node-runtime.js';
import { checkExtractSettings, checkPredictSettings, checkTrainingData, checkTrainSettings } from './check-settings.js';
import type { ExtractSettings } from './extract-to-file.js';
import type { TrainSettings } from './train-folder.js';

const root = mkdtempSync(join(tmpdir(), 'graft-check-'));
const photos = join(root, 'photos');
const runtime = nodeRuntime({ cache: false });
beforeAll(() => writeDemoDataset(photos, { seed: 1, count: 4 }));
afterAll(async () => {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

describe('checkTrainSettings', () => {
  const settings: TrainSettings = { backbone: 'squeezenet', engine: 'auto', seed: 1 };

  it.each<[Partial<TrainSettings>, RegExp]>([
    [{ backbone: 'vgg99' }, /vgg99/],
    [{ engine: 'abacus' }, /unknown engine "abacus"; there are "auto", .*"onnxruntime"/],
    [{ head: 'mlp:width=3' }, /width/],
    [{ augment: 'wobble=3' }, /wobble/],
    [{ preset: 'none' }, /unknown preset/],
    [{ thresholds: 'luck' }, /luck/],
    [{ thresholdClass: ['a'] }, /add --thresholds/],
    [{ fineTuneEpochs: 3 }, /need --fine-tune/],
    [{ fineTune: 'fire99' }, /no layer or block "fire99"/],
    [{ head: 'linear', epochs: 3 }, /solved at once/],
    [{ learningRate: -1 }, /learningRate is -1/],
    [{ groupBy: '(' }, /\(/],
    [{ split: 's.csv', testSize: 0.2 }, /has its own sizes/],
  ])('refuses %j', async (wrong, message) => {
    await expect(checkTrainSettings({ ...settings, ...wrong }, { runtime })).rejects.toThrow(RangeError);
    await expect(checkTrainSettings({ ...settings, ...wrong }, { runtime })).rejects.toThrow(message);
  });

  it('takes what can be trained, without weights or data', async () => {
    const all = { ...settings, weights: 'imagenet', fineTune: 'fire9', augment: 'rotation=15', preset: 'notebook' };
    await checkTrainSettings({ ...all, temperatureScaling: true }, { runtime });
    await checkTrainSettings({ ...settings, dialect: 'torchvision', fineTune: 'fire9' }, { runtime });
  });

  it('refuses to calibrate where the data have no side for it', async () => {
    const calibrated = { ...settings, temperatureScaling: true };
    const without = await checkTrainingData(photos, calibrated, { runtime });
    await expect(checkTrainSettings(calibrated, { runtime, split: without })).rejects.toThrow(/pass a validation size/);
    const split = await checkTrainingData(photos, { ...calibrated, validationSize: 0.3 }, { runtime });
    await checkTrainSettings(calibrated, { runtime, split });
  });
});

describe('checkTrainingData', () => {
  const settings = { engine: 'auto', seed: 1 };

  it('refuses data that cannot be divided so', async () => {
    const check = (wrong: object) => checkTrainingData(photos, { ...settings, ...wrong }, { runtime });
    await expect(checkTrainingData(join(root, 'nowhere'), settings, { runtime })).rejects.toThrow(DatasetError);
    await expect(check({ testSize: 500 })).rejects.toThrow(DatasetError);
    await expect(check({ groupBy: '/nobody(\\d)/' })).rejects.toThrow(/no sample has a group/);
    await expect(check({ split: join(root, 'none.csv') })).rejects.toThrow(/cannot be read/);
    await expect(check({ folds: 400 })).rejects.toThrow(/n_splits|nSplits|folds|400/);
  });

  it('looks at no image for groups that only images tell of', async () => {
    const images = { ...runtime.images, read: () => Promise.reject(new Error('an image was read')) };
    const context = { runtime: { ...runtime, images } };
    expect(await checkTrainingData(photos, { ...settings, groupBy: 'near-duplicates' }, context)).toBeUndefined();
    expect((await checkTrainingData(photos, settings, context))?.test.samples.length).toBeGreaterThan(0);
  });
});

describe('checkExtractSettings', () => {
  const settings: ExtractSettings = { backbone: 'vgg16', pooling: 'avg', engine: 'auto', seed: 1, out: 'f.npy' };

  it.each<[Partial<ExtractSettings>, RegExp]>([
    [{ backbone: 'vgg99' }, /vgg99/],
    [{ engine: 'abacus' }, /unknown engine/],
    [{ out: 'f.txt' }, /expected a file ending in \.npy/],
    [{ out: 'f-{i}.parquet', shard: { index: 1, count: 2 } }, /a shard is written as \.npy or \.safetensors/],
  ])('refuses %j', async (wrong, message) => {
    await checkExtractSettings(settings, { runtime });
    await expect(checkExtractSettings({ ...settings, ...wrong }, { runtime })).rejects.toThrow(message);
  });
});

describe('checkPredictSettings', () => {
  it('refuses what is no saved model', async () => {
    writeFileSync(join(root, 'graft.json'), '{}');
    await expect(checkPredictSettings(join(root, 'none'), { runtime })).rejects.toThrow(/none/);
    await expect(checkPredictSettings(root, { runtime })).rejects.toThrow(/save the model again|graft\.json/);
  });
});
