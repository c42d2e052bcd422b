import { describe, it } from 'vitest';
import { memoryArtifactStore, memoryCheckpointStore, memoryLogSink } from '../../test/memory-stores.js';
import { artifactStoreContract } from './artifact-store-contract.js';
import { checkpointStoreContract } from './checkpoint-store-contract.js';
import { logSinkContract } from './log-sink-contract.js';

describe('an artifact in memory', () => {
  for (const check of artifactStoreContract(memoryArtifactStore)) it(check.title, check.run);
});

describe('a checkpoint in memory', () => {
  for (const check of checkpointStoreContract(memoryCheckpointStore)) it(check.title, check.run);
});

describe('a log in memory', () => {
  const fixture = {
    create: memoryLogSink,
    read: (sink: object) => Promise.resolve((sink as ReturnType<typeof memoryLogSink>).bytes()),
  };
  for (const check of logSinkContract(fixture)) it(check.title, check.run);
});
