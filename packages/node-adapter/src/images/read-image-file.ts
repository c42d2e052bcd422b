import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ImageError, reasonOf, type ImageBytes, type ImageReference } from '@graft-ml/core';
import { readImageAddress, type ReadAddressOptions } from './read-image-address.js';

// Windows has neither this flag nor such pipes; there it is undefined, and counts as 0.
const NON_BLOCKING = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * Reads an image's bytes from a path, a `file:` URL, an `https:` or `http:` address (also as a text), or bytes, which it
 * returns as they are.
 * @throws ImageError that names the image if it is missing, no regular file, empty, or not readable.
 */
export async function readImageFile(reference: ImageReference, options: ReadAddressOptions = {}): Promise<ImageBytes> {
  if (reference instanceof Uint8Array) return reference;
  if (typeof reference === 'string' ? isAddress(reference) : reference.protocol !== 'file:') {
    return readImageAddress(new URL(reference), options);
  }
  const path = typeof reference === 'string' ? reference : fileURLToPath(reference);
  let file;
  try {
    // Without waiting: opening a named pipe for reading would otherwise hang until somebody writes to it.
    file = await open(path, NON_BLOCKING);
    const status = await file.stat();
    if (status.isDirectory()) {
      throw new ImageError(`${path} is a folder, expected an image file; name the files in it`, { subject: path });
    }
    if (!status.isFile()) {
      throw new ImageError(`${path} is no regular file, expected an image file`, { subject: path });
    }
    const bytes = await file.readFile();
    if (bytes.length === 0) {
      throw new ImageError(`${path} is empty (0 bytes), expected an image; replace or remove it`, { subject: path });
    }
    return bytes;
  } catch (error) {
    if (error instanceof ImageError) throw error;
    throw new ImageError(`${path} cannot be read: ${fileFailure(error)}`, { subject: path, cause: error });
  } finally {
    await file?.close();
  }
}

/** A file may be called `http:`, but hardly with two slashes behind it. */
function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function fileFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file; check the path';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied; make it readable';
  if (code === 'EISDIR') return 'it is a folder; name the files in it';
  return reasonOf(error);
}
