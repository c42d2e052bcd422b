import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Runtime, TrainedHead } from '@graft-ml/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDemoDataset } from '../datasets/write-demo-dataset.js';
import { nodeRuntime } from '../node-runtime.js';
import { trainFolder, type TrainFolderResult } from './train-folder.js';
import { testHeadOfFolder, trainHeadOfFolder } from './train-stages.js';

const root = mkdtempSync(join(tmpdir(), 'graft-stages-'));
const folder = join(root, 'dataset');
const settings = { backbone: 'squeezenet', weights: 'none', inputSize: [64, 64], engine: 'auto', seed: 1 } as const;
let runtime: Runtime;

beforeAll(async () => {
  runtime = nodeRuntime({ cache: join(root, 'cache') });
  await writeDemoDataset(folder, { seed: 3, count: 12 });
  writeFileSync(join(folder, 'clear', 'broken.png'), 'no picture');
});
afterAll(async () => {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

const common = { ...settings, report: false, epochs: 3 };
const validated = { ...common, testSize: 0.25, validationSize: 0.25 };

describe('a training in two parts', () => {
  it.each([
    ['a head that is trained in steps', { ...common, augment: 'rotation=15' }],
    ['a head that is solved', { ...settings, report: false, head: 'linear' }],
    ['int8 and a calibrated temperature', { ...validated, precision: 'int8', temperatureScaling: true } as const],
    ['fine-tuning', { ...validated, fineTune: 'fire9', fineTuneEpochs: 1 }],
  ])(
    'gives the model and the figures of one that was done at once: %s',
    async (name, given) => {
      const at = (part: string) => join(root, `${name} ${part}`);
      const whole = await trainFolder(folder, { ...given, out: at('whole') }, { runtime });
      const trained = await trainHeadOfFolder(folder, { settings: given, model: at('head') }, { runtime });
      const handed = JSON.parse(JSON.stringify(trained)) as TrainedHead;
      const job = { settings: { ...given, out: at('parts') }, model: at('head'), trained: handed };
      const parts = await testHeadOfFolder(folder, job, { runtime });
      expect(withoutTimes(parts)).toEqual(withoutTimes(whole));
      expect(parts.skipped.map(({ path }) => path)).toEqual([join(folder, 'clear', 'broken.png')]);
      const weights = (part: string) => readFileSync(join(at(part), 'suffix.safetensors'));
      expect(weights('parts').equals(weights('whole'))).toBe(true);
      expect(manifest(at('parts'))).toEqual(manifest(at('whole')));
    },
    300_000,
  );
});

function withoutTimes({ timings: _, artifact: _artifact, ...result }: TrainFolderResult) {
  return result;
}

/** What a saved model says of itself, but for the time that its training took, and its pictures, whose marks count up. */
function manifest(model: string): unknown {
  return JSON.parse(readFileSync(join(model, 'graft.json'), 'utf8'), (key, value: unknown) =>
    ['elapsedMs', 'seconds', 'files'].includes(key) ? undefined : value,
  );
}
