import { basename, dirname, join, resolve } from 'node:path';
import { DatasetError, type ImageReference } from '@graft-ml/core';
import { checkShard, FingerprintSum, murmurHash128, shardOfHash, type Shard } from '@graft-ml/core/shards';
import { globFiles, isFilePattern } from './glob-files.js';
import { listImages } from './list-images.js';
import { keepPresent, readManifestRows } from './manifest/load-manifest.js';
import { isManifestFile, type OpenDatasetOptions } from './open-dataset.js';
import { compareCodeUnits, walkFiles, type SkippedFile } from './walk-files.js';

/** How {@link listShard} lists. */
export interface ListShardOptions extends OpenDatasetOptions {
  /** Default: everything. */
  readonly shard?: Shard | undefined;
  /** Also tells of each image in which of so many shards it would be. */
  readonly shardCount?: number | undefined;
}

/** The images of one shard, and what tells the whole listing apart from another. */
export interface ListedShard {
  readonly images: readonly ImageReference[];
  /** For each image, its place in the whole listing: equal images of two machines have equal places. */
  readonly places: readonly number[];
  /** With `shardCount`: for each image, the number of its shard, from 1. */
  readonly shardOf?: readonly number[];
  /** How many images all shards hold. */
  readonly total: number;
  /** Of the ids of all images, in any order. */
  readonly fingerprint: string;
  /** How many images of this shard's part of the listing are not among `images`: absent, or there twice. */
  readonly unused: number;
  /** What belongs to this shard but could not become an image. */
  readonly skipped: readonly SkippedFile[];
}

/**
 * Lists the images of files, folders (nested ones too), patterns and manifests, or of those the ones that belong to a shard.
 * An image's id, by which shards are cut, is its path below the folder, the pattern's fixed part or the manifest's root, so
 * that it does not matter where a machine keeps them; with several inputs their numbers stand before it. Of a manifest only
 * the shard's own rows stay in memory.
 *
 * @throws ImageError or DatasetError if an input is missing or holds no images; RangeError if there is no such shard.
 * @example `await listShard(['photos'], { shard: { index: 3, count: 8 } })`
 */
export async function listShard(inputs: readonly string[], options: ListShardOptions = {}): Promise<ListedShard> {
  const { shard = { index: 1, count: 1 }, shardCount } = options;
  checkShard(shard);
  if (shardCount !== undefined) checkShard({ index: 1, count: shardCount });
  const sum = new FingerprintSum();
  let own = 0;
  const takes = (id: string): boolean => {
    const hash = murmurHash128(id);
    sum.add(hash);
    const isOwn = shardOfHash(hash, shard.count) === shard.index;
    if (isOwn) own += 1;
    return isOwn;
  };
  const images: ImageReference[] = [];
  const places: number[] = [];
  const shardOf: number[] = [];
  const skipped: SkippedFile[] = [];
  for (const [number, input] of inputs.entries()) {
    const prefix = inputs.length === 1 ? '' : `${number + 1}:`;
    const context: InputContext = { ...options, shard, takes: (id) => takes(prefix + id) };
    const start = sum.count;
    const found = await listInput(input, context);
    for (const image of found.images) {
      images.push(image.source);
      places.push(start + image.place);
      if (shardCount !== undefined) shardOf.push(shardOfHash(murmurHash128(prefix + image.id), shardCount));
    }
    for (const skip of found.skipped) skipped.push(skip);
  }
  const [total, unused] = [sum.count, own - images.length];
  const listed = { images, places, total, fingerprint: sum.digest(), unused, skipped };
  return shardCount === undefined ? listed : { ...listed, shardOf };
}

interface InputContext extends OpenDatasetOptions {
  /** Told of every id, in order. */
  readonly takes: (id: string) => boolean;
  readonly shard: Shard;
}

interface FoundImages {
  /** `place`: among all ids of this input, from 0. */
  readonly images: readonly { readonly id: string; readonly source: ImageReference; readonly place: number }[];
  readonly skipped: readonly SkippedFile[];
}

async function listInput(input: string, context: InputContext): Promise<FoundImages> {
  if (await isManifestFile(input)) return listRows(input, context);
  const { root, files, skipped } = await listFiles(input);
  const images = files.flatMap((file, place) =>
    context.takes(file) ? [{ id: file, source: join(root, ...file.split('/')), place }] : [],
  );
  // What a pattern leaves out has no id; one shard tells of it.
  return { images, skipped: context.shard.index === 1 ? skipped : [] };
}

/** Paths below `root`, sorted; a single file lies in its own folder. */
async function listFiles(input: string): Promise<Awaited<ReturnType<typeof globFiles>>> {
  if (await isFilePattern(input)) return globFiles(input);
  const [first, ...others] = await listImages([input]);
  if (first === input && others.length === 0) return { root: dirname(input), files: [basename(input)], skipped: [] };
  const { files, skipped } = await walkFiles(input);
  return { root: input, files: files.sort(compareCodeUnits), skipped };
}

async function listRows(file: string, context: InputContext): Promise<FoundImages> {
  const root = resolve(context.root ?? dirname(file));
  let place = -1;
  const placeOfRow: number[] = [];
  const known = new Set<string>();
  const takes = (id: string): boolean => {
    place += 1;
    if (!context.takes(id)) return false;
    // A row that names nothing, or repeats one, is told of, but is no row of its own.
    if (id !== '' && !known.has(id)) placeOfRow.push(place);
    known.add(id);
    return true;
  };
  const { rows, skipped } = await readManifestRows(file, { ...context, root, required: ['path'], takes });
  const placeOf = new Map(rows.map((row, index) => [row, placeOfRow[index] ?? 0]));
  const there = await keepPresent(rows, { root, skipped });
  if (there.length === 0 && context.shard.count === 1) {
    throw new DatasetError(`${file} names no file that is there; paths are relative to ${root}`, { subject: file });
  }
  return { images: there.map((row) => ({ id: row.id, source: row.source, place: placeOf.get(row) ?? 0 })), skipped };
}
