import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Writes a file under a temporary name, syncs it and moves it into place: it is there whole, or as it was. */
export async function writeFileAtomically(file: string, bytes: Uint8Array): Promise<void> {
  await writeAtomically(file, (handle) => handle.writeFile(bytes));
}

/**
 * Like {@link writeFileAtomically}, for content that comes piece by piece.
 * @param write - Writes the content; if it throws, nothing is left behind.
 */
export async function writeAtomically<Result>(
  file: string,
  write: (handle: FileHandle) => Promise<Result>,
): Promise<Result> {
  const target = resolve(file);
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.part`);
  const handle = await open(temporary, 'wx');
  try {
    const result = await write(handle);
    await handle.sync();
    await handle.close();
    await rename(temporary, target);
    return result;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}
