import { ClusterError } from '@graft-ml/node-adapter';
import { describe, expect, it } from 'vitest';
import { parseTask, taskId, type Task } from './task.js';

const task = {
  kind: 'extract',
  version: '0.1.0',
  run: 'a'.repeat(32),
  storage: '7b1c2f4e-1d5a-4d3c-9f0e-2a6b8c0d1e2f',
  listing: { fingerprint: 'b'.repeat(32), file: { sha256: 'c'.repeat(64), bytes: 10 } },
  reads: [{ path: 'vgg16.h5', file: { sha256: 'e'.repeat(64), bytes: 12 } }],
  dataset: 'photos',
  settings: { backbone: 'vgg16', weights: { file: 'vgg16.h5' }, engine: 'auto', seed: 42, pooling: 'avg' },
  shard: { index: 1, count: 8 },
  contents: { sha256: 'f'.repeat(64), bytes: 11 },
} as const;

describe('parseTask', () => {
  it('reads what a submitter wrote', () => {
    expect(parseTask(JSON.parse(JSON.stringify(task)), 'x')).toEqual(task);
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'extract'],
    ['another kind', { ...task, kind: 'shell' }],
    ['a key too many', { ...task, command: 'rm' }],
    ['a setting too many', { ...task, settings: { ...task.settings, out: '/etc/passwd' } }],
    ['a file that leads to another one', { ...task, reads: [{ ...task.reads[0], to: '/etc/passwd' }] }],
    ['no shard', { ...task, shard: { index: 9, count: 8 } }],
    ['a number that is none', { ...task, settings: { ...task.settings, seed: Number.POSITIVE_INFINITY } }],
    ['a path without end', { ...task, dataset: 'x'.repeat(5000) }],
    ['a run that is a key of Redis', { ...task, run: '*' }],
    ['a prototype', JSON.parse('{"__proto__":{"kind":"extract"}}')],
  ])('refuses %s', (_, payload: unknown) => {
    expect(() => parseTask(payload, 'job-1')).toThrow(ClusterError);
    expect(() => parseTask(payload, 'job-1')).toThrow(/^job job-1 is none of graft's, or damaged/);
  });
});

describe('taskId', () => {
  it('is the same for equal work, whoever asks and in whatever order the keys stand', () => {
    const { kind, ...rest } = task;
    const turned = {
      ...Object.fromEntries(Object.entries(rest).reverse()),
      kind,
      run: 'd'.repeat(32),
    } as unknown as Task;
    expect(taskId(turned)).toBe(taskId(task as unknown as Task));
    expect(taskId(task as unknown as Task)).toMatch(/^extract-[a-f0-9]{32}$/);
  });

  it('differs with everything that changes a result', () => {
    const ids = [
      task,
      { ...task, dataset: 'other' },
      { ...task, version: '0.1.1' },
      { ...task, contents: { ...task.contents, sha256: '0'.repeat(64) } },
      { ...task, reads: [] },
      { ...task, shard: { index: 2, count: 8 } },
      { ...task, settings: { ...task.settings, seed: 1 } },
      { ...task, listing: { ...task.listing, fingerprint: 'e'.repeat(32) } },
    ].map((each) => taskId(each as unknown as Task));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
