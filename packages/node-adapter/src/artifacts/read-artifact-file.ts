import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { ArtifactError, checkArtifactFileName, reasonOf, type ReadArtifactOptions } from '@graft-ml/core';

// Without waiting: a named pipe in a file's place would never open. Windows has neither flag.
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants as Partial<typeof constants>;
const openFlags = (O_RDONLY ?? 0) | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);

/**
 * Reads a file that lies in an artifact's folder. A link is followed only as far as it stays in the folder.
 * @throws ArtifactError for another name than a plain one; if it is missing, no plain file, too large, or lies elsewhere.
 */
export async function readArtifactFile(
  folder: string,
  name: string,
  { maxBytes = Infinity }: ReadArtifactOptions = {},
): Promise<Uint8Array> {
  checkArtifactFileName(name);
  const path = join(folder, name);
  try {
    return await readPlainFile(await resolveWithin(folder, path), { path, maxBytes });
  } catch (cause) {
    if (cause instanceof ArtifactError) throw cause;
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ArtifactError(
      missing
        ? `${folder} holds no ${name}; pass the folder of a saved model`
        : `${path} cannot be read: ${reasonOf(cause)}; check the path and its permissions`,
      { subject: folder, cause },
    );
  }
}

async function resolveWithin(folder: string, path: string): Promise<string> {
  const root = await realpath(folder);
  const target = await realpath(path);
  if (target.startsWith(root.endsWith(sep) ? root : root + sep)) return target;
  throw new ArtifactError(`${path} is a link that leads out of the folder; put the file itself there`, {
    subject: folder,
  });
}

async function readPlainFile(target: string, limit: { path: string; maxBytes: number }): Promise<Uint8Array> {
  const { path, maxBytes } = limit;
  const handle = await open(target, openFlags);
  try {
    const information = await handle.stat();
    if (!information.isFile()) throw new ArtifactError(`${path} is no plain file; save the model again`);
    if (information.size > maxBytes) {
      throw new ArtifactError(
        `${path} is not the file that was saved: it has ${information.size} bytes, at most ${maxBytes} bytes can be right; ` +
          'save the model again',
      );
    }
    return await readBytes(handle, information.size);
  } finally {
    await handle.close();
  }
}

/** Reads so many bytes, or fewer if the file has become shorter since it was measured; one that has grown is cut. */
async function readBytes(handle: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let position = 0;
  while (position < size) {
    const { bytesRead } = await handle.read(bytes, position, Math.min(size - position, 2 ** 30), position);
    if (bytesRead === 0) break;
    position += bytesRead;
  }
  return bytes.subarray(0, position);
}
