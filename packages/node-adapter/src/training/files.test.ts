import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArtifactError, type LogSink } from '@graft-ml/core';
import { checkpointStoreContract, logSinkContract } from '@graft-ml/core/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { fileCheckpointStore } from './file-checkpoint-store.js';
import { fileLogSink } from './file-log-sink.js';

const root = mkdtempSync(join(tmpdir(), 'graft-training-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const fresh = () => join(root, String((count += 1)), 'file');

describe('a checkpoint as a file', () => {
  for (const check of checkpointStoreContract(() => fileCheckpointStore(fresh()))) it(check.title, check.run);

  it('removes what a process that died left beside it, and nothing else', async () => {
    const file = fresh();
    await fileCheckpointStore(file).write(Uint8Array.of(1));
    const folder = join(file, '..');
    writeFileSync(join(folder, '.file.1234.part'), 'half');
    writeFileSync(join(folder, '.other.1234.part'), 'half');
    await fileCheckpointStore(file).write(Uint8Array.of(2));
    expect(readdirSync(folder).sort()).toEqual(['.other.1234.part', 'file']);
  });

  it('says what cannot be written', async () => {
    const file = fresh();
    await fileCheckpointStore(file).write(Uint8Array.of(1));
    await expect(fileCheckpointStore(join(file, 'inner')).write(Uint8Array.of(1))).rejects.toThrow(ArtifactError);
  });
});

describe('a log as a file', () => {
  const files = new Map<LogSink, string>();
  const create = () => {
    const file = fresh();
    const sink = fileLogSink(file);
    files.set(sink, file);
    return sink;
  };
  const read = (sink: LogSink) => readFile(files.get(sink) ?? '');
  for (const check of logSinkContract({ create, read })) it(check.title, check.run);
});
