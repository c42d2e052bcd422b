import { mkdtemp, open as openFile, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { reasonOf, WeightsError, type WeightFile } from '@graft-ml/core';
import type { Entry, ZipFile } from 'yauzl';
import { exportDescription } from './export-description.js';
import type { FileWindow } from './hdf5-window.js';
import { groupNames } from './keras-config.js';
import { kerasWeights, type ArchiveFacts } from './keras-weight-file.js';
import { openHdf5Within } from './open-hdf5.js';
import { damagedFile, weightsFileSize } from './weights-file-errors.js';

const weightsName = 'model.weights.h5';
const configName = 'config.json';
const metadataName = 'metadata.json';

/** Keras writes three; a model with vocabularies has a few more. */
const maximumEntries = 10_000;
const maximumJsonBytes = 64 << 20;
/** Weights are noise, which hardly packs. Beyond this, and when not small, an entry is a bomb. */
const maximumRatio = 50;
const alwaysAllowed = 16 << 20;
/** Three times the largest network's. */
const maximumBytes = 4 * 2 ** 30;

/**
 * Opens a `.keras` file, the archive in which Keras 3 saves a whole model: its weights, with the names of its layers. Weights
 * that lie there unpacked, as Keras puts them, are read where they lie; packed ones are unpacked into the system's folder for
 * temporary files.
 *
 * @throws WeightsError if it is missing, no zip archive, damaged, hostile, or holds no weights.
 * @see Keras `saving/saving_lib.py`
 * @example `const file = await kerasArchive('model.keras')`
 */
export async function kerasArchive(path: string): Promise<WeightFile> {
  await weightsFileSize(path);
  const { openPromise } = await import('yauzl');
  const zip = await openPromise(path, { autoClose: false, lazyEntries: true }).catch((cause: unknown) => {
    throw refusal(path, { detail: `it is no zip archive (${reasonOf(cause)})`, cause });
  });
  const archive: Archive = { path, zip };
  try {
    const { weights, config, metadata } = await findEntries(archive);
    const names = config && groupNames(await readJson(archive, config));
    const description = metadata && describedIn(await readJson(archive, metadata));
    return await openWeights(archive, weights, { names, description });
  } catch (cause) {
    if (cause instanceof WeightsError) throw cause;
    throw refusal(path, { detail: reasonOf(cause), cause });
  } finally {
    zip.close();
  }
}

interface Archive {
  readonly path: string;
  readonly zip: ZipFile;
}

async function findEntries({ path, zip }: Archive) {
  if (zip.entryCount > maximumEntries) {
    throw refusal(path, { detail: `it claims ${zip.entryCount} entries, where Keras writes three` });
  }
  const found = new Map<string, Entry>();
  // yauzl refuses names that climb out of the archive.
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName;
    if (name !== weightsName && name !== configName && name !== metadataName) continue;
    if (found.has(name)) throw refusal(path, { part: name, detail: 'it is there twice' });
    if (entry.isEncrypted()) throw refusal(path, { part: name, detail: 'it is encrypted' });
    checkSizes(path, entry);
    found.set(name, entry);
  }
  const weights = found.get(weightsName);
  if (weights === undefined) throw refusal(path, { part: weightsName, detail: 'the archive does not hold it' });
  return { weights, config: found.get(configName), metadata: found.get(metadataName) };
}

function checkSizes(path: string, { fileName, compressedSize, uncompressedSize }: Entry): void {
  if (uncompressedSize > maximumBytes) {
    throw refusal(path, { part: fileName, detail: `it has ${uncompressedSize} bytes; ${maximumBytes} are allowed` });
  }
  if (uncompressedSize <= Math.max(alwaysAllowed, compressedSize * maximumRatio)) return;
  throw refusal(path, {
    part: fileName,
    detail: `${compressedSize} bytes claim to unpack to ${uncompressedSize}, which no weights do`,
  });
}

async function readJson({ path, zip }: Archive, entry: Entry): Promise<Buffer> {
  const part = entry.fileName;
  if (entry.uncompressedSize > maximumJsonBytes) {
    throw refusal(path, { part, detail: `it has ${entry.uncompressedSize} bytes` });
  }
  const parts: Buffer[] = [];
  for await (const piece of await zip.openReadStreamPromise(entry)) parts.push(piece as Buffer);
  const bytes = Buffer.concat(parts);
  if (crc32(bytes) !== entry.crc32) throw refusal(path, { part, detail: 'its checksum is wrong' });
  return bytes;
}

function describedIn(metadata: Buffer): unknown {
  return (exportDescription(metadata.toString('utf8')) as { readonly graft?: unknown } | null | undefined)?.graft;
}

async function openWeights(archive: Archive, entry: Entry, facts: ArchiveFacts): Promise<WeightFile> {
  const { path, zip } = archive;
  if (entry.compressionMethod !== 0) return unpackWeights(archive, entry, facts);
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const window: FileWindow = { path: resolve(path), offset: fileDataStart, size: entry.uncompressedSize };
  const file = kerasWeights(await openHdf5Within(path, window), facts);
  try {
    await consume(archive, entry);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

async function unpackWeights(archive: Archive, entry: Entry, facts: ArchiveFacts): Promise<WeightFile> {
  const folder = await mkdtemp(join(tmpdir(), 'graft-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const window = { path: join(folder, weightsName), offset: 0, size: entry.uncompressedSize };
    const handle = await openFile(window.path, 'wx');
    try {
      await consume(archive, entry, handle);
    } finally {
      await handle.close();
    }
    const file = kerasWeights(await openHdf5Within(archive.path, window), facts);
    // An open file may go, but not on Windows.
    await remove().catch(() => undefined);
    return {
      ...file,
      close() {
        file.close();
        void remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Checks an entry's size and checksum, and writes what it holds where asked to. */
async function consume({ path, zip }: Archive, entry: Entry, target?: FileHandle): Promise<void> {
  let sum = 0;
  const content: Readable = await zip.openReadStreamPromise(entry);
  // yauzl stops where there is more or less than the entry says.
  for await (const part of content) {
    sum = crc32(part as Buffer, sum);
    await target?.write(part as Buffer);
  }
  if (sum !== entry.crc32) throw refusal(path, { part: entry.fileName, detail: 'its checksum is wrong' });
}

function refusal(path: string, damage: { part?: string; detail: string; cause?: unknown }): WeightsError {
  return damagedFile(path, damage);
}
