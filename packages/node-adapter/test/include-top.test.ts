import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildTransferModel,
  decodePredictions,
  listImages,
  loadTransferModel,
  nodeRuntime,
  writeDemoDataset,
  type Runtime,
} from '@graft-ml/node-adapter';
import { nodeWeightSource } from '../src/weights/node-weight-source.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'graft-top-'));
const offline = { GRAFT_OFFLINE: '1', KERAS_HOME: join(root, 'keras'), GRAFT_CACHE: join(root, 'cache') };
const classes = Array.from({ length: 1000 }, (_, index) => ({ classId: `n${index}`, label: `label ${index % 999}` }));

let runtime: Runtime;
let images: string[];

beforeAll(async () => {
  runtime = { ...nodeRuntime({ cache: false }), weights: nodeWeightSource({ environment: offline }) };
  await writeDemoDataset(join(root, 'dataset'), { seed: 3, count: 2 });
  images = await listImages([join(root, 'dataset')]);
});
afterAll(async () => {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

describe('a model with its own classifier of 1,000 classes', () => {
  const small = { weights: 'none', inputSize: [64, 64], includeTop: true } as const;

  it('predicts at once, and the same after it was saved and loaded', async () => {
    const named = { ...runtime, weights: { ...runtime.weights, imagenetClasses: async () => classes } };
    const model = await buildTransferModel('mobilenetv2', { ...small, runtime: named });
    const { predictions } = await model.predict(images);
    const [first] = predictions;
    const scores = Object.values(first?.scores ?? {});
    expect(scores).toHaveLength(1000);
    expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 5);
    expect(decodePredictions([scores], classes, { top: 1 })[0]?.[0]?.score).toBe(Math.max(...scores));
    // Two classes share a label, as two pairs of ImageNet's do.
    expect(model.classNames?.filter((name) => name.startsWith('label 0'))).toEqual(['label 0 (n0)', 'label 0 (n999)']);
    await model.save(join(root, 'saved'));
    await model.dispose();
    const again = await loadTransferModel(join(root, 'saved'), { runtime });
    expect((await again.predict(images)).predictions).toEqual(predictions);
    await again.dispose();
  });

  it('goes by numbers where the names cannot be had, and says so', async () => {
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    const model = await buildTransferModel('squeezenet', { ...small, runtime, onWarning });
    expect(model.classNames?.slice(0, 2)).toEqual(['0', '1']);
    expect(warnings.join('\n')).toMatch(/^ImageNet's classes go by their numbers: .*GRAFT_OFFLINE/);
    await model.dispose();
  });

  it('takes no other head and no other classes', async () => {
    for (const other of [{ head: 'default' }, { classNames: ['a', 'b'] }]) {
      await expect(buildTransferModel('squeezenet', { ...small, ...other, runtime })).rejects.toThrow(
        new RangeError('includeTop keeps the classifier and its 1,000 classes; leave head and classNames out'),
      );
    }
  });
});
