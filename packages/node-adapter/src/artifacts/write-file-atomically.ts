import { open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { removeAbandoned, temporaryPath } from './temporary-path.js';
import { writeFailure } from './write-failure.js';

/** How much it matters that a file outlives a power cut. */
export interface WriteOptions {
  /**
   * Waits for the disk. `false` for what can be made again, such as the images of a data set: waiting for hundreds of files
   * takes long. The file is whole or not there either way. Default: true.
   */
  readonly durable?: boolean;
}

/** Writes a file under a temporary name and moves it into place: it is there whole, or as it was. */
export async function writeFileAtomically(file: string, bytes: Uint8Array, options?: WriteOptions): Promise<void> {
  await writeAtomically(file, (handle) => handle.writeFile(bytes), options);
}

/** Copies a file likewise. */
export async function copyFileAtomically(source: string, target: string, options?: WriteOptions): Promise<void> {
  await writeFileAtomically(target, await readFile(source), options);
}

/**
 * Like {@link writeFileAtomically}, for content that comes piece by piece.
 *
 * @param write - Writes the content to the open file, which lies at `temporary` meanwhile; if it throws, nothing is left behind.
 * @throws ArtifactError for what the file system refuses; what `write` throws.
 */
export async function writeAtomically<Result>(
  file: string,
  write: (handle: FileHandle, temporary: string) => Promise<Result>,
  { durable = true }: WriteOptions = {},
): Promise<Result> {
  const target = resolve(file);
  await sweepOnce(dirname(target));
  const temporary = temporaryPath(target);
  const handle = await open(temporary, 'wx').catch((error: unknown) => {
    throw writeFailure(file, error);
  });
  try {
    const result = await write(handle, temporary);
    if (durable) await handle.sync();
    await handle.close();
    await rename(temporary, target);
    return result;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw writeFailure(file, error);
  }
}

const swept = new Set<string>();
const mostSwept = 1000;

/** Folders of many files are looked through once by each process, not for every file. */
async function sweepOnce(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  if (swept.size >= mostSwept) swept.clear();
  swept.add(folder);
  await removeAbandoned(folder);
}
