import { randomUUID } from 'node:crypto';
import { copyFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file so that it is there in full or not at all, replacing what stood there. It does not wait for the disk, as
 * artifacts do: a data set can be made again, and waiting for hundreds of files takes long.
 */
export async function placeFile(path: string, bytes: Uint8Array): Promise<void> {
  await place(path, (temporary) => writeFile(temporary, bytes));
}

/** Like {@link placeFile}, from a file. */
export async function placeCopy(source: string, target: string): Promise<void> {
  await place(target, (temporary) => copyFile(source, temporary));
}

async function place(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  // Hidden, and in the same folder: a rename across file systems is no single step.
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    await write(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
