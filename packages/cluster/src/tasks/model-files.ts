import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@graft-ml/node-adapter';
import type { StoredFile } from '../storage/shared-storage.js';
import type { TaskContext } from './task-context.js';

/** Stores the files of a saved model. @returns Them by name. */
export async function storeModel(folder: string, { storage }: TaskContext): Promise<Record<string, StoredFile>> {
  const files: Record<string, StoredFile> = {};
  for (const name of await readdir(folder)) files[name] = await storage.put(join(folder, name));
  return files;
}

/** Brings the files of a saved model to a local folder. */
export async function fetchModel(
  files: Readonly<Record<string, StoredFile>>,
  folder: string,
  { storage }: Pick<TaskContext, 'storage'>,
): Promise<void> {
  await makeFolder(folder);
  for (const [name, stored] of Object.entries(files)) await storage.get(stored, join(folder, name));
}
