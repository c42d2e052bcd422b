import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildTransferModel,
  loadImageFolder,
  loadTransferModel,
  nodeRuntime,
  splitDataset,
  writeDemoDataset,
  type Dataset,
  type Runtime,
  type TransferModel,
} from '@graft-ml/node-adapter';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'graft-fine-tune-'));
const at = (...parts: string[]) => join(root, ...parts);

// The unfrozen layers ran on another engine before.
const tolerance = 1e-4;

let runtime: Runtime;
let dataset: Dataset;
let sides: { readonly train: Dataset; readonly validation: Dataset; readonly test: Dataset };

beforeAll(async () => {
  runtime = nodeRuntime({ cache: at('cache') });
  await writeDemoDataset(at('dataset'), { seed: 3, count: 8 });
  dataset = await loadImageFolder(at('dataset'));
  sides = splitDataset(dataset, { testSize: 0.25, validationSize: 0.25, seed: 1 }) as typeof sides;
});
afterAll(async () => {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

async function fitted(): Promise<TransferModel> {
  const model = await buildTransferModel('squeezenet', { weights: 'none', inputSize: [64, 64], runtime });
  await model.fit(sides.train, { epochs: 2, validation: sides.validation });
  return model;
}

describe('fine-tuning', () => {
  it('goes on from the trained head, and the model is evaluated, saved, loaded and fine-tuned again', async () => {
    const model = await fitted();
    const before = await model.evaluate(sides.validation);
    const { boundary } = model.built;
    const history = await model.fineTune(sides.train, {
      validation: sides.validation,
      unfreezeFrom: 'fire9',
      learningRate: 1e-3,
      epochs: 3,
    });
    expect(model.built.boundary).not.toBe(boundary);
    expect(history.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    const after = await model.evaluate(sides.validation);
    // The weights that it began with take part when the best are chosen.
    expect(after.loss).toBeLessThanOrEqual(before.loss * (1 + tolerance));
    const kept = history.bestEpoch === 0 ? before.loss : history.epochs[history.bestEpoch - 1]?.valLoss;
    expect(after.loss / (kept ?? Number.NaN)).toBeCloseTo(1, 4);

    const paths = sides.test.samples.map(({ source }) => source);
    const predictions = await model.predict(paths);
    await model.save(at('saved'));
    await model.dispose();
    const same = await loadTransferModel(at('saved'), { runtime });
    expect(await same.predict(paths)).toEqual(predictions);
    await same.fineTune(sides.train, { unfreezeFrom: 'fire9', epochs: 1 });
    await same.dispose();
  });

  it('keeps the weights that it began with where nothing became better', async () => {
    const model = await fitted();
    const before = await model.evaluate(sides.validation);
    const history = await model.fineTune(sides.train, {
      validation: sides.validation,
      unfreezeFrom: 'fire9',
      learningRate: 5,
      optimizer: { name: 'sgd', clipNorm: 1 },
      epochs: 1,
    });
    expect(history.bestEpoch).toBe(0);
    expect((await model.evaluate(sides.validation)).loss / before.loss).toBeCloseTo(1, 4);
    await model.dispose();
  });

  it('unfreezes in stages, never putting what was trained back into the prefix', async () => {
    const model = await fitted();
    const options = { learningRates: { fire9: 1e-4 }, epochs: 1, batchSize: 4 };
    const history = await model.fineTune(sides.train, { ...options, gradual: ['fire9'], unfreezeFrom: 'fire8' });
    expect(history.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    const { boundary } = model.built;
    await model.fineTune(sides.train, { unfreezeFrom: 'fire9', epochs: 1 });
    expect(model.built.boundary).toBe(boundary);
    await model.dispose();
  });

  it('leaves no tensor behind', async () => {
    const round = async () => {
      const model = await fitted();
      await model.fineTune(sides.train, { unfreezeFrom: 'fire9', epochs: 1 });
      await model.evaluate(sides.test);
      await model.dispose();
    };
    await round();
    const before = memory().numTensors;
    await round();
    expect(memory().numTensors).toBe(before);
  });

  it.each([
    [{ unfreezeFrom: 'fire99' }, /no layer or block "fire99"; the blocks are /],
    [{ unfreezeFrom: 'fire9', epochs: 0 }, /epochs is 0/],
    [{ unfreezeFrom: 'fire9', learningRate: -1 }, /learningRate is -1/],
    [{ unfreezeFrom: 'fire9', warmup: 1 }, /fit has no option "warmup"/],
    [{ unfreezeFrom: 'fire9', batchNormalization: 'on' }, /batchNormalization is "on"/],
    [{ unfreezeFrom: 'fire9', gradual: ['fire0'] }, /no layer or block "fire0"/],
    [{ unfreezeFrom: 'fire9', learningRates: { fire2: 1e-3 } }, /"fire2", which stays frozen/],
  ])('refuses %o', async (options, message) => {
    const model = await fitted();
    await expect(model.fineTune(sides.train, options as never)).rejects.toThrow(message);
    await model.dispose();
  });

  it('needs a head that was trained', async () => {
    const model = await buildTransferModel('squeezenet', { weights: 'none', inputSize: [64, 64], runtime });
    await expect(model.fineTune(sides.train, { unfreezeFrom: 'fire9' })).rejects.toThrow(
      /no classes yet: call fit first/,
    );
  });
});

describe('many fits in one process', () => {
  it('leave as many tensors as one', async () => {
    const model = await fitted();
    const before = memory().numTensors;
    for (let i = 0; i < 5; i++) await model.fit(sides.train, { epochs: 2, validation: sides.validation });
    expect(memory().numTensors).toBe(before);
    await model.dispose();
  });
});
