import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { ArtifactError, ClusterError, makeFolder, reasonOf } from '@graft-ml/node-adapter';
import { identityPath, objectPath, recordPath, type SharedStorage, type StoredFile } from './shared-storage.js';

/** A storage in a folder that all machines have mounted, such as one on NFS. */
export function folderStorage(folder: string): SharedStorage {
  const root = resolve(folder);
  const at = (path: string) => join(root, ...path.split('/'));
  const failure = (what: string, cause: unknown): ClusterError =>
    new ClusterError(`the storage ${folder} ${what}: ${explain(cause)}`, { subject: folder, cause });

  return {
    location: folder,
    async identify() {
      const path = at(identityPath);
      const known = await readIdentity(path);
      if (known !== undefined) return known;
      try {
        await makeFolder(root);
        // Linked, not renamed: of two that begin at once one wins, and both read its name.
        const part = join(root, `.${randomUUID()}.part`);
        await writeWhole(part, Buffer.from(`${JSON.stringify({ id: randomUUID() })}\n`));
        await link(part, path).catch((error: unknown) => {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        });
        await rm(part, { force: true });
      } catch (cause) {
        throw failure('cannot be written', cause);
      }
      const made = await readIdentity(path);
      if (made === undefined) throw failure('cannot be used', new Error(`${identityPath} is damaged`));
      return made;
    },
    async put(file) {
      const part = join(root, 'objects', `.${randomUUID()}.part`);
      try {
        await makeFolder(dirname(part));
        const stored = await copyHashed(file, part);
        const target = at(objectPath(stored));
        await makeFolder(dirname(target));
        await rename(part, target);
        return stored;
      } catch (cause) {
        await rm(part, { force: true }).catch(() => undefined);
        throw failure('cannot be written', cause);
      }
    },
    async get(wanted, file) {
      let found: StoredFile;
      try {
        found = await copyHashed(at(objectPath(wanted)), file);
      } catch (cause) {
        throw failure(`does not give out ${wanted.sha256}`, cause);
      }
      requireSame(folder, wanted, found);
    },
    async has(wanted) {
      const status = await stat(at(objectPath(wanted))).catch(() => undefined);
      return status?.size === wanted.bytes;
    },
    async readRecord(key) {
      const path = at(recordPath(key));
      try {
        return JSON.parse(await readFile(path, 'utf8')) as unknown;
      } catch (cause) {
        // A record that was cut off is as good as none: its work is done again.
        if (cause instanceof SyntaxError || (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw failure('cannot be read', cause);
      }
    },
    async writeRecord(key, record) {
      const target = at(recordPath(key));
      const part = `${target}.${randomUUID()}.part`;
      try {
        await makeFolder(dirname(target));
        await writeWhole(part, Buffer.from(`${JSON.stringify(record)}\n`));
        await rename(part, target);
      } catch (cause) {
        await rm(part, { force: true }).catch(() => undefined);
        throw failure('cannot be written', cause);
      }
    },
  };
}

/** @throws ClusterError if a file is not what was stored under its name. */
export function requireSame(location: string, wanted: StoredFile, found: StoredFile): void {
  if (found.sha256 === wanted.sha256 && found.bytes === wanted.bytes) return;
  throw new ClusterError(
    `the storage ${location} holds another file as ${wanted.sha256}: it was damaged; remove it, and submit the job again`,
    { subject: location },
  );
}

/** Copies a file piece by piece. @returns What it holds. */
async function copyHashed(source: string, target: string): Promise<StoredFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  const digest = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(createReadStream(source), digest, createWriteStream(target, { flush: true }));
  return { sha256: hash.digest('hex'), bytes };
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readIdentity(path: string): Promise<string | undefined> {
  try {
    const { id } = JSON.parse(await readFile(path, 'utf8')) as { id?: unknown };
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left; free some, and submit the job again',
  EDQUOT: 'the quota is used up; free some space, and submit the job again',
  EROFS: 'it is read-only; mount it writable',
  EACCES: 'this user may not; give it the right to write there',
  EPERM: 'this user may not; give it the right to write there',
  ENOENT: 'it is not there; is the same folder mounted on all machines?',
  ENOTDIR: 'a part of its path is no folder; check it',
};

function explain(cause: unknown): string {
  const isUnmade = cause instanceof ArtifactError;
  const { code = '' } = (isUnmade ? cause.cause : cause) as NodeJS.ErrnoException;
  // A place that takes no folders is no folder that is missing.
  return (isUnmade && code === 'ENOENT' ? undefined : remedies[code]) ?? reasonOf(cause);
}
