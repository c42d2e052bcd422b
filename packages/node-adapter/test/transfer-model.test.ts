import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ArtifactError,
  buildTransferModel,
  DatasetError,
  EngineError,
  loadImageFolder,
  loadTransferModel,
  nodeRuntime,
  rotate,
  splitDataset,
  writeDemoDataset,
  type Dataset,
  type Engine,
  type Runtime,
  type TransferModel,
} from '@graft-ml/node-adapter';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'graft-model-'));
const at = (...parts: string[]) => join(root, ...parts);
const small = { weights: 'none', inputSize: [64, 64] } as const;

let runtime: Runtime;
let dataset: Dataset;

beforeAll(async () => {
  runtime = nodeRuntime({ cache: at('cache') });
  await writeDemoDataset(at('dataset'), { seed: 3, count: 10 });
  dataset = await loadImageFolder(at('dataset'));
});
afterAll(async () => {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

async function trained(overrides: { engine?: string; seed?: number } = {}): Promise<TransferModel> {
  const model = await buildTransferModel('squeezenet', { ...small, runtime, ...overrides });
  await model.fit(splitDataset(dataset).train, { epochs: 3 });
  return model;
}

describe('a transfer model', () => {
  it('is built, fitted, evaluated, saved, loaded and asked, as the README has it', async () => {
    const { train, validation, test } = splitDataset(dataset, { testSize: 0.2, validationSize: 0.2, seed: 42 });
    const model = await buildTransferModel('squeezenet', { ...small, runtime, classNames: dataset.classNames });
    const history = await model.fit(train, {
      validation,
      epochs: 4,
      batchSize: 8,
      augmentation: [rotate({ degrees: 15 })],
      views: 3,
      seed: 42,
    });
    expect(history.epochs).toHaveLength(4);
    const losses = history.epochs.map((log) => log.valLoss ?? Number.NaN);
    expect(history.bestEpoch).toBe(losses.indexOf(Math.min(...losses)) + 1);

    const evaluation = await model.evaluate(test);
    expect(evaluation.confusionMatrix.flat().reduce((sum, count) => sum + count, 0)).toBe(test.samples.length);
    expect(String(evaluation.report)).toMatch(/^ +precision +recall +f1-score +support\n/);

    const paths = test.samples.map((sample) => sample.source);
    const before = await model.predict(paths);
    await model.save(at('saved'));
    await model.dispose();
    const same = await loadTransferModel(at('saved'), { runtime });
    expect(same.classNames).toEqual(dataset.classNames);
    expect(await same.predict(paths)).toEqual(before);
    await same.dispose();
  });

  it('learns its classes from the training set, and says so when asked too early', async () => {
    const model = await buildTransferModel('squeezenet', { ...small, runtime });
    await expect(model.predict(['a.png'])).rejects.toThrow(/no classes yet: call fit first/);
    await model.fit(dataset, { epochs: 1 });
    expect(model.classNames).toEqual(dataset.classNames);
    await model.dispose();
  });

  it('takes encoded bytes, and gives scores that sum to 1', async () => {
    const model = await trained();
    const bytes = readFileSync(dataset.samples[0]?.source as string);
    const { predictions } = await model.predict([bytes]);
    const scores = Object.values(predictions[0]?.scores ?? {});
    expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 6);
    await model.dispose();
  });

  it('leaves no tensor behind', async () => {
    await runtime.prepareBackend('training');
    await (await trained()).dispose();
    const before = memory().numTensors;
    for (let round = 0; round < 2; round++) {
      const model = await trained();
      await model.evaluate(dataset);
      await model.save(at('leak'));
      await model.dispose();
      const same = await loadTransferModel(at('leak'), { runtime });
      await same.predict([dataset.samples[0]?.source ?? '']);
      await same.dispose();
    }
    expect(memory().numTensors).toBe(before);
  });

  it('predicts the same on every engine', async () => {
    const models = [];
    for (const engine of ['onnxruntime', 'wasm', 'cpu']) models.push(await trained({ engine }));
    const paths = dataset.samples.slice(0, 4).map((sample) => sample.source);
    const [reference, ...others] = await Promise.all(
      models.map(async (model) => (await model.predict(paths)).predictions.map(({ scores }) => Object.values(scores))),
    );
    for (const scores of others.flat(2).entries()) {
      expect(scores[1]).toBeCloseTo(reference?.flat()[scores[0] % (reference.flat().length || 1)] ?? Number.NaN, 3);
    }
    for (const model of models) await model.dispose();
  });

  it('gives each of two models its own weights, also when both train in turns', async () => {
    const first = await trained();
    const expected = await first.predict([dataset.samples[0]?.source ?? '']);
    const second = await trained({ seed: 9 });
    expect(await first.predict([dataset.samples[0]?.source ?? ''])).toEqual(expected);
    await first.dispose();
    await second.dispose();
  });
});

describe('a transfer model refuses', () => {
  const otherClasses = (): Dataset => ({
    classNames: ['a', 'b'],
    samples: dataset.samples.map((sample, i) => ({ ...sample, label: i % 2 ? 'a' : 'b' })),
  });

  it('a data set of other classes, naming both', async () => {
    const model = await trained();
    await expect(model.evaluate(otherClasses())).rejects.toThrow(/labelled "b", but this model knows clear, /);
    await expect(model.fit(otherClasses())).rejects.toThrow(DatasetError);
    await model.dispose();
  });

  it.each([
    [{ epochs: 0 }, /epochs is 0/],
    [{ batchSize: 1.5 }, /batchSize is 1.5/],
    [{ learningRate: 0 }, /learningRate is 0/],
    [{ learningRate: Number.NaN }, /learningRate is NaN/],
    [{ decay: -1 }, /decay is -1/],
    [{ views: 0 }, /views is 0/],
  ])('%o', async (options, message) => {
    const model = await buildTransferModel('squeezenet', { ...small, runtime });
    await expect(model.fit(dataset, options)).rejects.toThrow(message);
    await model.dispose();
  });

  it('an unknown head, engine and a single class', async () => {
    const build = (options: object) => buildTransferModel('squeezenet', { ...small, runtime, ...options });
    await expect(build({ head: 'tail' })).rejects.toThrow(/unknown head "tail"; there are "default", "notebook"/);
    await expect(build({ engine: 'abacus' })).rejects.toThrow(
      /unknown engine "abacus"; there are "auto", .*"onnxruntime", .*"wasm", "cpu"/,
    );
    await expect(build({ classNames: ['only'] })).rejects.toThrow(/two or more different names/);
  });

  it('an engine that was asked for and cannot run, rather than taking another', async () => {
    const broken: Engine = {
      name: 'broken',
      check: () => Promise.resolve({ usable: false, reason: 'no such hardware', remedy: 'buy some' }),
      createExtractor: () => Promise.reject(new Error('never')),
    };
    const engines = [broken, ...runtime.engines];
    const build = (engine: string) =>
      buildTransferModel('squeezenet', { ...small, runtime: { ...runtime, engines }, engine });
    await expect(build('broken')).rejects.toThrow(EngineError);
    const model = await build('auto');
    expect(model.parts.engine.name).toBe('onnxruntime');
    expect(model.parts.engineReason).toContain('no such hardware');
  });
});

describe('a saved model is refused', () => {
  beforeAll(async () => {
    const model = await trained();
    await model.save(at('good'));
    await model.dispose();
  });

  /** A copy of a good artifact, changed. */
  function changed(name: string, change: (folder: string, manifest: Record<string, unknown>) => void): string {
    cpSync(at('good'), at(name), { recursive: true });
    const file = at(name, 'graft.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    change(at(name), manifest);
    writeFileSync(file, JSON.stringify(manifest));
    return at(name);
  }

  it.each([
    [
      'without its weights',
      (folder: string) => rmSync(join(folder, 'suffix.safetensors')),
      /holds no suffix\.safetensors/,
    ],
    [
      'with a byte changed',
      (folder: string) => {
        const file = join(folder, 'suffix.safetensors');
        const bytes = readFileSync(file);
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
        writeFileSync(file, bytes);
      },
      /is not the file that was saved/,
    ],
    [
      'of a newer version',
      (_: string, manifest: Record<string, unknown>) => (manifest['version'] = 3),
      /newer graft.*update graft/,
    ],
    ['of something else', (_: string, manifest: Record<string, unknown>) => (manifest['format'] = 'raft'), /"format"/],
    [
      'whose classes do not fit its weights',
      (_: string, manifest: Record<string, unknown>) => (manifest['boundary'] = 'fire2/concat'),
      /does not fit together/,
    ],
  ])('%s', async (name, change, message) => {
    const folder = changed(name, (copy, manifest) => void change(copy, manifest));
    await expect(loadTransferModel(folder, { runtime })).rejects.toThrow(message);
    await expect(loadTransferModel(folder, { runtime })).rejects.toThrow(ArtifactError);
  });

  it('whose manifest is no JSON', async () => {
    const folder = changed('no-json', () => undefined);
    writeFileSync(join(folder, 'graft.json'), '{"format": "gra');
    await expect(loadTransferModel(folder, { runtime })).rejects.toThrow(/is no JSON/);
  });

  it('on a backbone with other weights, saying which file to pass', async () => {
    const folder = changed('other-weights', (_, manifest) => {
      (manifest['backbone'] as { weights: { seed: number } }).weights.seed = 7;
    });
    await expect(loadTransferModel(folder, { runtime })).rejects.toThrow(/trained on other weights.*--weights FILE/);
  });
});
