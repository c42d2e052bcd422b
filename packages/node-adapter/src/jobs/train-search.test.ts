import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Runtime } from '@graft-ml/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDemoDataset } from '../datasets/write-demo-dataset.js';
import { nodeRuntime } from '../node-runtime.js';
import {
  crossValidateFolder,
  joinFoldsOfFolder,
  trainFoldOfFolder,
  type FoldOfFolder,
} from './cross-validate-folder.js';
import { trainBackbones } from './train-backbones.js';

const root = mkdtempSync(join(tmpdir(), 'graft-search-'));
const folder = join(root, 'dataset');
const settings = { backbone: 'squeezenet', weights: 'none', inputSize: [64, 64], engine: 'auto', seed: 1 } as const;
let runtime: Runtime;

beforeAll(async () => {
  runtime = nodeRuntime({ cache: join(root, 'cache') });
  await writeDemoDataset(folder, { seed: 3, count: 6 });
});
afterAll(async () => {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

describe('graft train --folds', () => {
  it('tests every image once, with the settings given', async () => {
    const result = await crossValidateFolder(folder, { ...settings, head: 'linear', folds: 3 }, { runtime });
    expect(result).toMatchObject({ backbone: 'squeezenet', head: 'linear', engine: 'onnxruntime' });
    expect(result.folds).toHaveLength(3);
    expect(result.evaluation.predictions).toHaveLength(18);
  });

  it('is the same where each fold was trained by itself, and handed over as JSON', async () => {
    const given = { ...settings, epochs: 2, folds: 3 };
    const whole = await crossValidateFolder(folder, given, { runtime });
    const folds: FoldOfFolder[] = [];
    for (const fold of [3, 1, 2])
      folds[fold - 1] = await trainFoldOfFolder(folder, { settings: given, fold }, { runtime });
    const handed = JSON.parse(JSON.stringify(folds)) as FoldOfFolder[];
    expect(await joinFoldsOfFolder(folder, { settings: given, folds: handed }, { runtime })).toEqual(whole);
    await expect(trainFoldOfFolder(folder, { settings: given, fold: 4 }, { runtime })).rejects.toThrow(
      'there is no fold 4; pass one from 1 to 3',
    );
    const some = { settings: given, folds: handed.slice(1) };
    await expect(joinFoldsOfFolder(folder, some, { runtime })).rejects.toThrow(
      'there are 2 folds to put together, not 3',
    );
  });

  it('refuses flags that have no meaning there, naming them', async () => {
    const given = { ...settings, folds: 3, out: join(root, 'out'), testSize: 0.3 };
    await expect(crossValidateFolder(folder, given, { runtime })).rejects.toThrow('leave out --test-size, --out');
  });
});

describe('graft train --backbone with several names', () => {
  it('trains each, saves each in a folder of its own, and tells why one failed', async () => {
    const out = join(root, 'models');
    const given = { ...settings, backbones: ['squeezenet', 'vgg1000'], epochs: 2, out };
    const { models, comparison } = await trainBackbones(folder, given, { runtime });
    expect(models[0]).toMatchObject({ backbone: 'squeezenet', artifact: join(out, 'squeezenet') });
    expect(models[1]).toMatchObject({ backbone: 'vgg1000', reason: expect.stringContaining('vgg1000') as string });
    expect(comparison.best).toBe('squeezenet');
    expect(existsSync(join(out, 'squeezenet', 'graft.json'))).toBe(true);
  });

  it('fails with the reason if none can be trained', async () => {
    const given = { ...settings, backbones: ['vgg1000', 'vgg2000'] };
    await expect(trainBackbones(folder, given, { runtime })).rejects.toThrow('vgg1000');
  });
});
