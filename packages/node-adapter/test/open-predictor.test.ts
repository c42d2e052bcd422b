import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ArtifactError,
  buildTransferModel,
  DatasetError,
  listImages,
  loadImageFolder,
  nodeEngines,
  nodeRuntime,
  onnxruntimeEngine,
  openPredictor,
  writeDemoDataset,
  type Engine,
  type ImageBatch,
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

  it('runs as one graph where graphs are not kept, too', async () => {
    const keepingNothing = nodeRuntime({ cache: false });
    const predictor = await openPredictor(at('model'), { runtime: keepingNothing });
    expect(predictor.runsOn).toMatch(/^onnxruntime .*, as one graph$/);
    expectClose((await predictor.predict(images)).predictions.map(({ scores }) => scores));
    await predictor.dispose();
    await keepingNothing.close();
  });

  it('answers the first calls at once where its head is on TensorFlow.js, which starts in them', async () => {
    const predictor = await openPredictor(at('model'), { runtime, engine: 'cpu' });
    const answers = await Promise.all(images.slice(0, 3).map((image) => predictor.predict([image])));
    expect(answers.map(({ predictions }) => predictions.length)).toEqual([1, 1, 1]);
    await predictor.dispose();
  });

  it('runs as many images at once as a small network takes, with the very same scores', async () => {
    const counts: number[] = [];
    const counted = (own: Engine): Engine => ({
      ...own,
      async openGraph(graph, facts) {
        const extractor = await own.openGraph!(graph, facts);
        const extract = (batch: ImageBatch) => {
          counts.push(batch.count);
          return extractor.extract(batch);
        };
        return {
          engine: extractor.engine,
          outputShape: extractor.outputShape,
          batchSize: extractor.batchSize,
          extract,
          dispose: () => extractor.dispose(),
        };
      },
    });
    const [engine] = nodeEngines().filter(({ name }) => name === 'onnxruntime') as [Engine];
    const many = Array.from({ length: 5 }, () => images).flat();
    const scores = async (own: Engine) => {
      const predictor = await openPredictor(at('model'), { runtime: { ...runtime, engines: [counted(own)] } });
      const { predictions } = await predictor.predict(many);
      await predictor.dispose();
      return predictions.map((prediction) => prediction.scores);
    };
    const together = await scores(engine);
    expect(counts).toEqual([64, 26]);
    const bounded = onnxruntimeEngine({ batchSize: 8 });
    expect(await scores(bounded)).toEqual(together);
    expect(Math.max(...counts.slice(2))).toBe(8);
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
