import { open, stat, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { ArtifactError } from '@graft-ml/core';

/** One entry of an archive: bytes, or a file's path. */
export type ArchiveEntry = { readonly name: string } & ({ readonly content: Buffer } | { readonly file: string });

/** Sizes and places beyond it would need another kind of archive. */
const maximumBytes = 0xffffffff - (1 << 20);
const passageBytes = 1 << 20;
// Midnight of 1 January 1980, the first that archives know: the same model gives the same bytes.
const date = (1 << 5) | 1;

/**
 * Writes a zip archive whose entries are not packed, as Keras writes its own: weights are noise, which hardly packs, and readers
 * can read them where they lie.
 *
 * @param handle - Empty; entries' names are ASCII.
 * @returns The archive's size in bytes.
 * @throws ArtifactError beyond 4 GB.
 * @see PKWARE, "APPNOTE.TXT", sections 4.3.7, 4.3.12 and 4.3.16
 */
export async function writeStoredArchive(handle: FileHandle, entries: readonly ArchiveEntry[]): Promise<number> {
  const directory: Buffer[] = [];
  let position = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name, 'ascii');
    const size = 'content' in entry ? entry.content.length : (await stat(entry.file)).size;
    if (position + size > maximumBytes) {
      throw new ArtifactError('a .keras file holds at most 4 GB, and this model is larger; export it to .h5');
    }
    const sum = await checksum(entry);
    const facts = entryFacts({ sum, size, nameLength: name.length });
    await handle.writeFile(Buffer.concat([words(0x04034b50), facts, name]));
    for await (const part of partsOf(entry)) await handle.writeFile(part);
    // Made by version 2.0; no comment, first disk, no attributes; where the entry begins.
    directory.push(Buffer.concat([words(0x02014b50), shorts(20), facts, shorts(0, 0, 0), words(0, position), name]));
    position += 30 + name.length + size;
  }
  const listing = Buffer.concat(directory);
  const count = entries.length;
  const end = Buffer.concat([
    words(0x06054b50),
    shorts(0, 0, count, count),
    words(listing.length, position),
    shorts(0),
  ]);
  await handle.writeFile(Buffer.concat([listing, end]));
  return position + listing.length + end.length;
}

/** What both headers of an entry share: version needed 2.0, no flags, stored, time, checksum, both sizes, lengths. */
function entryFacts({ sum, size, nameLength }: { sum: number; size: number; nameLength: number }): Buffer {
  return Buffer.concat([shorts(20, 0, 0, 0, date), words(sum, size, size), shorts(nameLength, 0)]);
}

async function checksum(entry: ArchiveEntry): Promise<number> {
  let sum = 0;
  for await (const part of partsOf(entry)) sum = crc32(part, sum);
  return sum;
}

async function* partsOf(entry: ArchiveEntry): AsyncGenerator<Buffer, void, undefined> {
  if ('content' in entry) {
    yield entry.content;
    return;
  }
  const source = await open(entry.file, 'r');
  try {
    const passage = Buffer.alloc(passageBytes);
    for (;;) {
      const { bytesRead } = await source.read(passage, 0, passage.length);
      if (bytesRead === 0) return;
      yield passage.subarray(0, bytesRead);
    }
  } finally {
    await source.close();
  }
}

function shorts(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2);
  return bytes;
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}
