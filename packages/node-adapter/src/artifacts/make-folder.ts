import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ArtifactError, reasonOf } from '@graft-ml/core';

/**
 * Makes a folder, and those above it that are missing, one after the other. Node's own `recursive` asks for ever, deaf to signals,
 * where a file system knows no new names, such as `/proc`.
 * @throws ArtifactError if one of them cannot be made.
 */
export async function makeFolder(folder: string): Promise<void> {
  const missing: string[] = [];
  for (let path = resolve(folder); !(await isFolder(path)) && dirname(path) !== path; path = dirname(path)) {
    missing.push(path);
  }
  for (const path of missing.reverse()) {
    try {
      await mkdir(path);
    } catch (cause) {
      // Another process may have been faster.
      if (!(await isFolder(path))) throw unmakeable(folder, path, cause);
    }
  }
}

/** As {@link makeFolder}, for what is opened at once. */
export function makeFolderSync(folder: string): void {
  const missing: string[] = [];
  for (let path = resolve(folder); !isFolderSync(path) && dirname(path) !== path; path = dirname(path)) {
    missing.push(path);
  }
  for (const path of missing.reverse()) {
    try {
      mkdirSync(path);
    } catch (cause) {
      if (!isFolderSync(path)) throw unmakeable(folder, path, cause);
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  const status = await stat(path).catch(() => undefined);
  return status?.isDirectory() === true;
}

function isFolderSync(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function unmakeable(folder: string, path: string, cause: unknown): ArtifactError {
  const reasons: Readonly<Record<string, string>> = {
    EEXIST: `${path} is a file`,
    // The folder above it is there.
    ENOENT: `${dirname(path)} takes no new folders`,
    EACCES: `${dirname(path)} is not writable`,
    EROFS: `${dirname(path)} is read-only`,
    ENOSPC: 'the disk is full',
  };
  const { code = '' } = cause as NodeJS.ErrnoException;
  const reason = reasons[code] ?? reasonOf(cause);
  return new ArtifactError(`the folder ${folder} cannot be made: ${reason}; name another`, { subject: folder, cause });
}
