import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ArtifactError,
  buildTransferModel,
  DatasetError,
  listImages,
  loadImageFolder,
  nodeRuntime,
  openPredictor,
  writeDemoDataset,
  type Runtime,
} from '@graft-ml/node-adapter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'graft-predictor-'));
const at = (...parts: string[]) => join(root, ...parts);

let runtime: Runtime;
let images: string[];
let expected: readonly Record<string, number>[];

beforeAll(async () => {
  runtime = nodeRuntime({ cache: at('cache') });
  await writeDemoDataset(at('dataset'), { seed: 3, count: 6 });
  const dataset = await loadImageFolder(at('dataset'));
  images = await listImages([at('dataset')]);
  const model = await buildTransferModel('squeezenet', { weights: 'none', inputSize: [64, 64], runtime });
  await model.fit(dataset, { epochs: 2 });
  await model.save(at('model'));
  const { predictions } = await model.predict(images);
  expected = predictions.map(({ scores }) => scores);
  await model.dispose();
});
afterAll(async () => {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

async function scoresOf(options: { runtime: Runtime; engine?: string }) {
  const predictor = await openPredictor(at('model'), options);
  try {
    const { predictions } = await predictor.predict(images);
    return predictions.map(({ scores }) => scores);
  } finally {
    await predictor.dispose();
  }
}

function expectClose(scores: readonly Record<string, number>[]) {
  expect(scores).toHaveLength(expected.length);
  for (const [index, row] of scores.entries()) {
    for (const [name, score] of Object.entries(row))
      expect(score).toBeCloseTo(expected[index]?.[name] ?? Number.NaN, 5);
  }
}

describe('openPredictor', () => {
  it('runs the graph that was kept when the model was saved, without its weights', async () => {
    const weights = { open: () => Promise.reject(new Error('the weights were asked for')) };
    expectClose(await scoresOf({ runtime: { ...runtime, weights } }));
  });

  it('loads the model where no graph is at hand, and keeps one for the next time', async () => {
    const fresh = nodeRuntime({ cache: at('fresh') });
    expectClose(await scoresOf({ runtime: fresh }));
    expect(readdirSync(at('fresh', 'graphs'))).toHaveLength(1);
    expectClose(await scoresOf({ runtime: fresh }));
    await fresh.close();
  });

  it('loads the model for an engine that runs no graphs', async () => {
    expectClose(await scoresOf({ runtime, engine: 'wasm' }));
  });

  it('says what it cannot do', async () => {
    const predictor = await openPredictor(at('model'), { runtime });
    await expect(predictor.predict([])).rejects.toThrow(DatasetError);
    await predictor.dispose();
    await expect(openPredictor(at('nowhere'), { runtime })).rejects.toThrow(ArtifactError);
  });

  it('refuses a saved model of which a file was changed, though it would not need the file', async () => {
    writeFileSync(at('model', 'suffix.safetensors'), 'changed');
    await expect(openPredictor(at('model'), { runtime })).rejects.toThrow(/is not the file that was saved/);
  });
});
