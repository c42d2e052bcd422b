import { constants, existsSync } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  ArtifactError,
  checkArtifactFileName,
  isRecord,
  manifestName,
  maximumManifestBytes,
  type ArtifactStore,
} from '@graft-ml/core';
import { readArtifactFile } from './read-artifact-file.js';
import { unwritable } from './write-failure.js';
import { writeFileAtomically } from './write-file-atomically.js';
import { recoverFolder, writeFolderAtomically } from './write-folder-atomically.js';

/**
 * An artifact as a folder. It is written beside its place and moved there when whole, so the folder holds a complete
 * artifact or none. A folder that holds anything else is never replaced.
 *
 * @example `await model.save(folderArtifactStore('models/mine').location);`
 */
export function folderArtifactStore(folder: string): ArtifactStore {
  const target = resolve(folder);
  return {
    location: folder,
    async read(name, options) {
      if (!existsSync(target)) await recoverFolder(target);
      return readArtifactFile(folder, name, options);
    },
    checkWritable: () => checkWritable(target, folder),
    async write(files) {
      await checkWritable(target, folder);
      try {
        await writeFolderAtomically(target, (staged) => stage(staged, files));
      } catch (cause) {
        throw unwritable(folder, cause);
      }
    },
  };
}

async function checkWritable(target: string, folder: string): Promise<void> {
  const refuse = (reason: string, cause?: unknown) =>
    new ArtifactError(`${folder} ${reason}; choose another folder`, { subject: folder, cause });
  const parent = await nearestFolder(dirname(target));
  try {
    await access(parent, constants.W_OK);
  } catch (cause) {
    throw refuse(`cannot be written, for ${parent} is not writable`, cause);
  }
  const information = await stat(target).catch(() => undefined);
  if (information === undefined) return;
  if (!information.isDirectory()) throw refuse('is a file, not a folder');
  const names = await readdir(target);
  if (names.length > 0 && !names.includes(manifestName)) {
    throw refuse(`already holds other things (${names.slice(0, 3).join(', ')})`);
  }
  const foreign = names.includes(manifestName) ? await foreignNames(target, names) : [];
  if (foreign.length > 0) throw refuse(`holds a model and other things beside it (${foreign.slice(0, 3).join(', ')})`);
}

/** Names that the manifest there does not list. */
async function foreignNames(target: string, names: readonly string[]): Promise<string[]> {
  let listed: Readonly<Record<string, unknown>> = {};
  try {
    const manifest = await readArtifactFile(target, manifestName, { maxBytes: maximumManifestBytes });
    const content: unknown = JSON.parse(new TextDecoder().decode(manifest));
    if (isRecord(content) && isRecord(content['files'])) listed = content['files'];
  } catch {
    // A manifest that cannot be read lists nothing: all else counts as foreign.
  }
  return names.filter((name) => name !== manifestName && !Object.hasOwn(listed, name));
}

async function nearestFolder(path: string): Promise<string> {
  for (let current = path; ; current = dirname(current)) {
    const information = await stat(current).catch(() => undefined);
    if (information?.isDirectory() || dirname(current) === current) return current;
  }
}

async function stage(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const [name, bytes] of files) {
    checkArtifactFileName(name);
    await writeFileAtomically(join(folder, name), bytes);
  }
}
