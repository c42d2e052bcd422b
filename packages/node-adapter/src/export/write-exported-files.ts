import type { FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { throwIfAborted, type FileParts } from '@graft-ml/core';
import { makeFolder } from '../artifacts/make-folder.js';
import { unwritable } from '../artifacts/write-failure.js';
import { writeAtomically } from '../artifacts/write-file-atomically.js';
import { writeFolderAtomically } from '../artifacts/write-folder-atomically.js';

/** Writes one file of parts, whole or not at all. @returns Its size in bytes. */
export async function writeExportedFile(out: string, parts: FileParts, signal?: AbortSignal): Promise<number> {
  return writeFrom(out, async (handle) => {
    let bytes = 0;
    for (const part of parts) {
      throwIfAborted(signal);
      await handle.writeFile(part);
      bytes += part.length;
    }
    return bytes;
  });
}

/**
 * Writes one file, whole or not at all, and makes its folder.
 * @param write - As of `writeAtomically`.
 * @throws ArtifactError if it cannot be written.
 */
export async function writeFrom<Result>(
  out: string,
  write: (handle: FileHandle, temporary: string) => Promise<Result>,
): Promise<Result> {
  try {
    await makeFolder(dirname(resolve(out)));
    return await writeAtomically(out, write);
  } catch (cause) {
    throw unwritable(out, cause);
  }
}

/**
 * Writes a folder of files beside its place and moves it there when whole.
 * @returns The size of all files in bytes.
 * @throws ArtifactError if it cannot be written.
 */
export async function writeExportedFolder(
  out: string,
  files: ReadonlyMap<string, FileParts>,
  signal?: AbortSignal,
): Promise<number> {
  try {
    return await writeFolderAtomically(out, async (staged) => {
      let bytes = 0;
      for (const [name, parts] of files) bytes += await writeExportedFile(join(staged, name), parts, signal);
      return bytes;
    });
  } catch (cause) {
    throw unwritable(out, cause);
  }
}
