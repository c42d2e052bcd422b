import { closeSync, constants, fstatSync, open as openFile, read as readFile, type Stats } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ImageError, reasonOf, type ImageBytes, type ImageReference } from '@graft-ml/core';
import { readImageAddress, type ReadAddressOptions } from './read-image-address.js';

// Windows has neither this flag nor such pipes; there it is undefined, and counts as 0.
const NON_BLOCKING = constants.O_RDONLY | constants.O_NONBLOCK;

// What one read can take.
const MOST_BYTES = 2 ** 31 - 1;

// Of a small file's reading by FileHandle half the time is spent in hand-overs between threads. Here only what can wait for a
// disk is handed over: finding the file, and reading it.
const open = promisify(openFile);
const read = promisify(readFile);

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
  let file: number | undefined;
  try {
    // Without waiting: opening a named pipe for reading would otherwise hang until somebody writes to it.
    file = await open(path, NON_BLOCKING);
    const status = fstatSync(file);
    requireImageFile(status, path);
    return await readWhole(file, status.size);
  } catch (error) {
    if (error instanceof ImageError) throw error;
    throw new ImageError(`${path} cannot be read: ${fileFailure(error)}`, { subject: path, cause: error });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function requireImageFile(status: Stats, path: string): void {
  const refuse = (problem: string) => new ImageError(`${path} ${problem}`, { subject: path });
  if (status.isDirectory()) throw refuse('is a folder, expected an image file; name the files in it');
  if (!status.isFile()) throw refuse('is no regular file, expected an image file');
  if (status.size === 0) throw refuse('is empty (0 bytes), expected an image; replace or remove it');
  if (status.size > MOST_BYTES) throw refuse(`has ${status.size} bytes, expected an image of at most ${MOST_BYTES}`);
}

/** Reads `size` bytes, or fewer if the file has become shorter. */
async function readWhole(file: number, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await read(file, bytes, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
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
