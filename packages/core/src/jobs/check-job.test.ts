import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededParts } from '../../test/unfrozen-model.js';
import { getHead } from '../head/head-registry.js';
import { checkJob } from './check-job.js';
import type { TrainingJobOptions } from './training-job.js';

beforeAll(() => setBackend('cpu'));

const model = seededParts('squeezenet', 32);
const linear = { ...model, head: getHead('linear'), headName: 'linear' };

describe('checkJob', () => {
  it.each([
    [{ epochs: 0 }, /epochs is 0/],
    [{ learningRate: -1 }, /learningRate is -1/],
    [{ optimizer: 'lion' }, /unknown optimizer "lion"/],
    [{ validateOnTest: true, validationSize: 0.1 }, /exclude each other/],
    [{ fineTune: { unfreezeFrom: 'fire99' } }, /no layer or block "fire99"; the blocks are/],
    [{ fineTune: { unfreezeFrom: 'fire9', epochs: 0 } }, /epochs is 0/],
    [{ epoch: 3 }, /fit has no option "epoch"/],
  ])('refuses %j', (options, message) => {
    expect(() => checkJob(model, options as Partial<TrainingJobOptions>)).toThrow(RangeError);
    expect(() => checkJob(model, options as Partial<TrainingJobOptions>)).toThrow(message);
  });

  it('refuses steps for a head that has none, unless its network trains from an earlier layer on', () => {
    expect(() => checkJob(linear, { epochs: 5 })).toThrow(/head "linear" is solved at once/);
    const unfrozen = { unfreezeFrom: 'fire9', batchNormalization: 'inference' } as const;
    expect(() => checkJob({ ...linear, unfrozen }, { epochs: 5 })).not.toThrow();
  });

  it('takes what a job can do, and leaves no tensor behind', () => {
    const before = memory().numTensors;
    const seeded = { epochs: 3, views: 'epoch', testSize: 0.3, validationSize: 0.1, now: () => 0 } as const;
    expect(() => checkJob(model, { ...seeded, fineTune: { unfreezeFrom: 'fire9' } })).not.toThrow();
    expect(() => checkJob(linear, { fineTune: { unfreezeFrom: 'fire9' } })).not.toThrow();
    expect(memory().numTensors).toBe(before);
  });
});
