import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ArtifactError, isGraftError, reasonOf, throwIfAborted, type FileParts } from '@graft-ml/core';
import { writeAtomically } from '../artifacts/write-file-atomically.js';

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
    await mkdir(dirname(resolve(out)), { recursive: true });
    return await writeAtomically(out, write);
  } catch (cause) {
    throw isGraftError(cause) ? cause : unwritable(out, cause);
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
  const target = resolve(out);
  const staged = join(dirname(target), `.${basename(target)}.${randomUUID()}.part`);
  let bytes = 0;
  try {
    await mkdir(staged, { recursive: true });
    for (const [name, parts] of files) bytes += await writeExportedFile(join(staged, name), parts, signal);
    await replaceFolder(target, staged);
    return bytes;
  } catch (cause) {
    await rm(staged, { recursive: true, force: true });
    throw isGraftError(cause) ? cause : unwritable(out, cause);
  }
}

async function replaceFolder(target: string, staged: string): Promise<void> {
  const existed = (await stat(target).catch(() => undefined)) !== undefined;
  if (!existed) return rename(staged, target);
  const old = `${staged}.old`;
  await rename(target, old);
  try {
    await rename(staged, target);
  } catch (error) {
    await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

function unwritable(out: string, cause: unknown): ArtifactError {
  return new ArtifactError(`${out} cannot be written: ${reasonOf(cause)}; choose another place or free space`, {
    subject: out,
    cause,
  });
}
