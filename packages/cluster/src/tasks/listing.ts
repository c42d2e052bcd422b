import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  ClusterError,
  describeImage,
  listShard,
  quoteNames,
  type ImageReference,
  type ListShardOptions,
  type Shard,
  type SkippedImage,
} from '@graft-ml/node-adapter';
import * as z from 'zod';
import type { SharedStorage, StoredFile } from '../storage/shared-storage.js';
import { storeContents } from './contents.js';
import type { DataRoot } from './data-root.js';
import type { TaskContext } from './task-context.js';

/** What a submitter found where the data lie. */
export interface Listing {
  /** Of the ids of all images. */
  readonly fingerprint: string;
  readonly file: StoredFile;
}

const contentSchema = z.object({ images: z.array(z.string()), absent: z.array(z.string()) });

/** What is listed, and by whom. */
export interface ListingSource {
  readonly inputs: readonly string[];
  readonly manifest: ListShardOptions | undefined;
}

/** How {@link storeListing} lists. */
export interface StoreListingContext {
  readonly root: DataRoot;
  readonly storage: SharedStorage;
  readonly scratch: string;
  readonly signal?: AbortSignal | undefined;
  /** Into how many shards so many images go. */
  shardCount(images: number): number;
  /** Whether an image is taken for what it was as long as its name is the same; else each is read once. */
  readonly trustsNames: boolean;
}

/** Lists a data set, and stores the list and what its images hold, so that a worker can tell what it lacks. */
export async function storeListing(
  source: ListingSource,
  context: StoreListingContext,
): Promise<Listing & { readonly total: number; readonly shards: readonly (StoredFile | undefined)[] }> {
  const { root, storage, scratch, signal, trustsNames } = context;
  const { inputs, manifest } = source;
  const listed = await listShard(inputs, { ...manifest, signal });
  const content = {
    images: listed.images.map((image) => nameOf(root, image)),
    absent: listed.skipped.map(({ path }) => root.toRecord(resolve(path))),
  };
  const local = join(scratch, 'listing.json');
  await writeFile(local, JSON.stringify(content));
  const file = await storage.put(local);
  const total = listed.images.length;
  const shards: (StoredFile | undefined)[] = Array.from({ length: context.shardCount(total) });
  if (!trustsNames) {
    const { shardOf = [] } = await listShard(inputs, { ...manifest, signal, shardCount: shards.length });
    const images = shards.map((): ImageReference[] => []);
    for (const [place, image] of listed.images.entries()) images[(shardOf[place] ?? 1) - 1]?.push(image);
    for (const [index, own] of images.entries()) shards[index] = await storeContents(own, context);
  }
  return { fingerprint: listed.fingerprint, file, total, shards };
}

/**
 * Makes sure that this worker finds what the submitter found.
 * @throws ClusterError that names what is missing here.
 */
export async function requireListing(
  source: ListingSource & { readonly shard: Shard; readonly listing: Listing },
  context: TaskContext,
): Promise<void> {
  const { inputs, manifest, shard, listing } = source;
  const listed = await listShard(inputs, { ...manifest, shard, signal: context.signal });
  const isSame = listed.fingerprint === listing.fingerprint;
  if (isSame && listed.skipped.length === 0) return;
  const wanted = await readListing(listing, context);
  if (isSame) {
    const absent = new Set(wanted.absent);
    const missing = listed.skipped.map(({ path }) => context.root.toRecord(path)).filter((path) => !absent.has(path));
    if (missing.length > 0) throw lacks(missing, context);
    return;
  }
  const { images } = await listShard(inputs, { ...manifest, signal: context.signal });
  const own = new Set(images.map((image) => nameOf(context.root, image)));
  const missing = wanted.images.filter((image) => !own.has(image));
  if (missing.length > 0) throw lacks(missing, context);
  throw new ClusterError(
    `worker ${context.worker} has other images in ${inputs.join(', ')} than the submitter, ${own.size} and not ${wanted.images.length}; bring both to the same state`,
    { subject: context.worker },
  );
}

/**
 * An image that is there but cannot be read is a fault of this machine, not of the image.
 * @throws ClusterError that names it.
 */
export async function requireReadable(
  skipped: readonly SkippedImage[],
  listing: Listing,
  context: TaskContext,
): Promise<void> {
  const unreadable: string[] = [];
  for (const { path } of skipped) {
    const isThere = await access(path, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (!isThere) unreadable.push(context.root.toRecord(path));
  }
  if (unreadable.length === 0) return;
  const { absent } = await readListing(listing, context);
  const missing = unreadable.filter((path) => !absent.includes(path));
  if (missing.length > 0) throw lacks(missing, context);
}

function lacks(missing: readonly string[], { worker, root }: TaskContext): ClusterError {
  const names = missing.slice(0, 3).map((path) => root.fromRecord(path, 'absolute'));
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
  return new ClusterError(
    `worker ${worker} lacks ${quoteNames(names)}${more}, which the submitter has; copy what is missing, or mount the same folder there`,
    { subject: names[0] ?? '' },
  );
}

async function readListing(
  listing: Listing,
  { storage, scratch }: TaskContext,
): Promise<z.infer<typeof contentSchema>> {
  const file = join(scratch, 'listing.json');
  await storage.get(listing.file, file);
  return contentSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}

function nameOf(root: DataRoot, image: ImageReference): string {
  return typeof image === 'string' ? root.toRecord(resolve(image)) : describeImage(image);
}
