import { readdir, rm, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CheckpointStore } from '@graft-ml/core';
import { fileCheckpointStore } from '../training/file-checkpoint-store.js';

/** The checkpoints of one `graft train`, in a folder beside the model's. */
export interface TrainCheckpoints {
  readonly folder: string;
  /** The checkpoint of one stage. */
  readonly open: (stage: string) => CheckpointStore;
  /** Whether there is something to go on from. */
  exist(): Promise<boolean>;
  /** Removes them all. */
  clear(): Promise<void>;
}

const suffix = '.safetensors';

/** @param out - The model's folder; it need not exist. */
export function trainCheckpoints(out: string): TrainCheckpoints {
  const folder = `${resolve(out)}.checkpoint`;
  const names = async () => (await readdir(folder).catch((): string[] => [])).filter((name) => name.includes(suffix));
  return {
    folder,
    open: (stage) => fileCheckpointStore(join(folder, `${stage}${suffix}`)),
    exist: async () => (await names()).some((name) => name.endsWith(suffix)),
    async clear() {
      for (const name of await names()) await rm(join(folder, name), { force: true });
      await rmdir(folder).catch(() => undefined);
    },
  };
}
