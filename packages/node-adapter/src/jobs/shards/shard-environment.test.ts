import { describe, expect, it } from 'vitest';
import { readShard } from './shard-environment.js';

describe('readShard', () => {
  it('reads i/n as it is, whatever the environment says', () => {
    expect(readShard('2/3', { JOB_COMPLETION_INDEX: '0' })).toEqual({ index: 2, count: 3 });
    expect(() => readShard('0/3', {})).toThrow(RangeError);
    expect(() => readShard('three', {})).toThrow(RangeError);
  });

  it.each([
    ["Kubernetes' index counts from 0", 'auto/8', { JOB_COMPLETION_INDEX: '0' }, { index: 1, count: 8 }],
    ['its last', 'auto', { JOB_COMPLETION_INDEX: '7', GRAFT_SHARD_COUNT: '8' }, { index: 8, count: 8 }],
    [
      "Slurm's array from 0",
      'auto',
      { SLURM_ARRAY_TASK_ID: '2', SLURM_ARRAY_TASK_MIN: '0', SLURM_ARRAY_TASK_COUNT: '4' },
      { index: 3, count: 4 },
    ],
    [
      "Slurm's array from 1",
      'auto/4',
      { SLURM_ARRAY_TASK_ID: '2', SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_COUNT: '4' },
      { index: 2, count: 4 },
    ],
    [
      "Slurm's array in steps",
      'auto',
      {
        SLURM_ARRAY_TASK_ID: '20',
        SLURM_ARRAY_TASK_MIN: '10',
        SLURM_ARRAY_TASK_COUNT: '4',
        SLURM_ARRAY_TASK_STEP: '5',
      },
      { index: 3, count: 4 },
    ],
    ['AWS Batch', 'auto', { AWS_BATCH_JOB_ARRAY_INDEX: '1', AWS_BATCH_JOB_ARRAY_SIZE: '2' }, { index: 2, count: 2 }],
    ['GitLab', 'auto', { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '2' }, { index: 2, count: 2 }],
  ] as const)('asks the scheduler: %s', (...[, text, environment, expected]) => {
    expect(readShard(text, environment)).toEqual(expected);
  });

  it('refuses to guess', () => {
    expect(() => readShard('auto', {})).toThrow('--shard auto finds no scheduler');
    expect(() => readShard('auto', { JOB_COMPLETION_INDEX: '0' })).toThrow('set GRAFT_SHARD_COUNT, or pass auto/n');
    expect(() => readShard('auto/8', { JOB_COMPLETION_INDEX: '8' })).toThrow('none of 8 shards that begin at 0');
    expect(() => readShard('auto/8', { JOB_COMPLETION_INDEX: 'x' })).toThrow('expected a whole number');
    // One task of an array that is run again.
    const again = { SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_MIN: '3', SLURM_ARRAY_TASK_COUNT: '1' };
    expect(() => readShard('auto/8', again)).toThrow('pass the shard as i/n, such as 3/8');
    const uneven = { ...again, SLURM_ARRAY_TASK_MIN: '0', SLURM_ARRAY_TASK_COUNT: '8', SLURM_ARRAY_TASK_STEP: '2' };
    expect(() => readShard('auto', uneven)).toThrow(RangeError);
  });
});
