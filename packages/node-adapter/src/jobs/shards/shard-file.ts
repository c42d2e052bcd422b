import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { DatasetError, isRecord, reasonOf } from '@graft-ml/core';
import { parseShardStamp, type Shard, type ShardStamp } from '@graft-ml/core/shards';
import { writeFileAtomically } from '../../artifacts/write-file-atomically.js';

/** Millions of paths; what is larger does not fit into a text of JavaScript's. */
const mostBytes = 500_000_000;

/** What stands beside a shard's file: the command's document, with the stamp under `shard`. */
export interface ShardDocument extends Readonly<Record<string, unknown>> {
  readonly shard: ShardStamp;
}

/** Size and SHA-256 of a shard's file, as its document has them. */
export interface FileDigest {
  readonly bytes: number;
  readonly sha256: string;
}

/** Where the document of a shard's file lies. */
export function shardDocumentPath(file: string): string {
  return `${file}.shard.json`;
}

/**
 * Fills in `{i}` and `{n}`, so that one command line serves all shards.
 * @example `shardFileName('f-{i}-of-{n}.npy', { index: 3, count: 8 }) // 'f-3-of-8.npy'`
 */
export function shardFileName(pattern: string, { index, count }: Shard): string {
  return pattern.replaceAll('{i}', String(index)).replaceAll('{n}', String(count));
}

/** Writes a shard's document; it is written last, and says that the shard is finished. */
export async function writeShardDocument(file: string, document: ShardDocument): Promise<void> {
  await writeFileAtomically(file, new TextEncoder().encode(`${JSON.stringify(document)}\n`));
}

/**
 * Reads a shard's document.
 * @param name - What it is called in messages.
 * @throws DatasetError if it cannot be read or is none.
 */
export async function readShardDocument(file: string, name = file): Promise<ShardDocument> {
  let document: unknown;
  try {
    const facts = await stat(file);
    // A device may never end.
    if (!facts.isFile()) throw new Error(`${file} is no regular file`);
    if (facts.size > mostBytes) throw new Error(`${file} has ${facts.size} bytes, more than ${mostBytes}`);
    document = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? `${file} is not there` : reasonOf(cause);
    throw new DatasetError(`${name} cannot be read as a shard: ${reason}; make it with --shard`, {
      subject: name,
      cause,
    });
  }
  return { ...(document as Readonly<Record<string, unknown>>), shard: parseShardStamp(document, name) };
}

/** The document of a finished shard of the same job; undefined if there is none, or of another job, or its file is not whole. */
export async function finishedShard(
  file: string,
  wanted: Pick<ShardStamp, 'kind' | 'index' | 'count' | 'total' | 'fingerprints'>,
  document = shardDocumentPath(file),
): Promise<ShardDocument | undefined> {
  let found: ShardDocument;
  try {
    found = await readShardDocument(document);
  } catch {
    return undefined;
  }
  const { kind, index, count, total, fingerprints } = found.shard;
  const same =
    kind === wanted.kind &&
    index === wanted.index &&
    count === wanted.count &&
    total === wanted.total &&
    JSON.stringify(sorted(fingerprints)) === JSON.stringify(sorted(wanted.fingerprints));
  if (!same) return undefined;
  const stated = readFileDigest(found);
  if (stated === undefined) return found;
  const size = await stat(file).then(
    (status) => status.size,
    () => -1,
  );
  return size === stated.bytes && (await sha256OfFile(file)) === stated.sha256 ? found : undefined;
}

/** What a document says of its file; undefined if it has none. */
export function readFileDigest(document: ShardDocument): FileDigest | undefined {
  const digest = document['digest'];
  if (!isRecord(digest)) return undefined;
  const { bytes, sha256 } = digest;
  return typeof bytes === 'number' && typeof sha256 === 'string' ? { bytes, sha256 } : undefined;
}

/** SHA-256 of a file, read piece by piece. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

function sorted(record: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
