import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ArtifactError, reasonOf, type CheckpointStore } from '@graft-ml/core';
import { makeFolder } from '../artifacts/make-folder.js';
import { temporaryStem } from '../artifacts/temporary-path.js';
import { unwritable } from '../artifacts/write-failure.js';
import { writeFileAtomically } from '../artifacts/write-file-atomically.js';

/**
 * A training checkpoint as one file, written beside its place, synced and moved there. Its folder is made with it, and goes with
 * it once empty. One process at a time may write.
 * @throws ArtifactError from its methods if the file cannot be read or written.
 * @example
 * await model.fit(train, { checkpoint: { open: (stage) => fileCheckpointStore(`runs/${stage}`), resume: true } });
 */
export function fileCheckpointStore(file: string): CheckpointStore {
  const target = resolve(file);
  const refuse = (what: string, cause: unknown) =>
    new ArtifactError(`${file} cannot be ${what}: ${reasonOf(cause)}; check the path, its permissions and free space`, {
      subject: file,
      cause,
    });
  let swept = false;
  return {
    location: file,
    async read() {
      try {
        return await readFile(target);
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw refuse('read', cause);
      }
    },
    async write(bytes) {
      try {
        await makeFolder(dirname(target));
        if (!swept) await removeParts(target);
        swept = true;
        await writeFileAtomically(target, bytes);
      } catch (cause) {
        throw unwritable(file, cause);
      }
    },
    async clear() {
      try {
        await rm(target, { force: true });
        await removeParts(target);
        await rmdir(dirname(target)).catch(() => undefined);
      } catch (cause) {
        throw refuse('removed', cause);
      }
    },
  };
}

/** Removes what a process that died in the middle of a write has left. */
async function removeParts(target: string): Promise<void> {
  const folder = dirname(target);
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) {
    if (name.startsWith(temporaryStem(target)) && name.endsWith('.part')) await rm(join(folder, name), { force: true });
  }
}
