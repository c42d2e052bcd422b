import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NetworkWeights } from '@graft-ml/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeImages } from '../images/write-images.js';
import { readSettings, type Settings } from '../settings.js';
import { pretrain } from './pretrain.js';
import { Teacher } from './teacher.js';
import { TrainingImages } from './training-images.js';
import { fileCheckpointStore, registerTensorflowBackend } from '../library-internals.js';

const teacherWeights = fileURLToPath(
  new URL('../../../../../shared/weights/squeezenet_v1_imagenet_notop.h5', import.meta.url),
);
const usable =
  process.env['GRAFT_FULL'] !== undefined &&
  existsSync(teacherWeights) &&
  (await registerTensorflowBackend().then(
    () => true,
    () => false,
  ));

describe.skipIf(!usable)("pretraining (needs GRAFT_FULL, tfjs-node and the teacher's weights)", () => {
  let folder: string;
  let settings: Settings;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'graft-pretrain-'));
    const shipped = await readSettings(new URL('../../settings.json', import.meta.url));
    settings = {
      ...shipped,
      images: { ...shipped.images, count: 12, size: 40 },
      teacher: { ...shipped.teacher, statisticsImages: 12 },
      stages: [
        { share: 0.5, size: 32, teacherSize: 56 },
        { share: 0.5, size: 32, teacherSize: 56 },
      ],
      batchSize: 4,
      steps: 6,
      checkpointSteps: 2,
      logSteps: 1,
    };
    await writeImages(join(folder, 'images.rgb'), { ...settings.images, seed: settings.seed, workers: 1 });
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function run(name: string, stopAfter?: number): Promise<{ weights: NetworkWeights; errors: number[] }> {
    const images = await TrainingImages.open(join(folder, 'images.rgb'), settings);
    const teacher = await Teacher.load(teacherWeights, settings);
    const errors: number[] = [];
    const checkpoint = fileCheckpointStore(join(folder, name));
    const onLog = ({ spatial }: { spatial: number }) => void errors.push(spatial);
    const weights = await pretrain({
      settings,
      images,
      teacher,
      checkpoint,
      stopAfter,
      onLog,
      onCheckpoint: () => undefined,
    });
    await teacher.dispose();
    await images.close();
    return { weights, errors };
  }

  it('gives the same weights twice, and when it is stopped and goes on', { timeout: 300_000 }, async () => {
    const whole = await run('whole');
    expect(whole.errors).toHaveLength(6);
    const again = await run('again');
    expect(again).toEqual(whole);
    const first = await run('parts', 2);
    const second = await run('parts');
    expect([...first.errors, ...second.errors]).toEqual(whole.errors);
    expect(second.weights).toEqual(whole.weights);
  });

  it('refuses a checkpoint of other settings', async () => {
    await run('whole');
    settings = { ...settings, learningRate: 1 };
    await expect(run('whole')).rejects.toThrow(/is of other settings/);
  });
});
