import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

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
 * @throws What `write` throws, and the file system's own errors.
 */
export async function writeAtomically<Result>(
  file: string,
  write: (handle: FileHandle, temporary: string) => Promise<Result>,
  { durable = true }: WriteOptions = {},
): Promise<Result> {
  const target = resolve(file);
  // Hidden, and in the same folder: a rename across file systems is no single step.
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.part`);
  const handle = await open(temporary, 'wx');
  try {
    const result = await write(handle, temporary);
    if (durable) await handle.sync();
    await handle.close();
    await rename(temporary, target);
    return result;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}
