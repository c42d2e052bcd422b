import { sha256 } from '../digest.js';
import { isGraftError, throwIfAborted, type CacheError } from '../errors.js';
import type { ImageBytes, ImageReference, RgbImage } from '../image.js';
import type { FeatureCache } from '../ports/feature-cache.js';
import type { FeatureExtractor } from '../ports/feature-extractor.js';
import type { ImageSource } from '../ports/image-source.js';
import type { FeatureView } from './feature-view.js';
import { nameImageError } from './name-image-error.js';
import { orderedMap } from './ordered-map.js';
import type { SeenImages } from './seen-images.js';
import type { PrefixRunner } from './prefix-runner.js';
import { PixelBuffers } from './pixel-buffers.js';
import { TolerantCache } from './tolerant-cache.js';

/** One image and the views of it that are wanted. */
export interface FeatureRequest {
  readonly source: ImageReference;
  readonly views: readonly FeatureView[];
}

/** The activations of one image, a row for each view; or why there are none. */
export type FeatureResult =
  | { readonly index: number; readonly rows: readonly Float32Array[]; readonly cached: boolean }
  | { readonly index: number; readonly failure: Error };

/** What {@link streamFeatures} needs. */
export interface FeatureStreamOptions {
  readonly prefix: PrefixRunner;
  readonly images: ImageSource;
  readonly cache: FeatureCache | undefined;
  /** Remembers what images' files hold, between several passes over the same ones. */
  readonly seen?: SeenImages | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told once if the cache cannot be used; the work goes on without it. */
  readonly onCacheFailure?: ((error: CacheError) => void) | undefined;
}

/** A view that the cache did not hold: its pixels until they have run, then its activations. */
interface Row {
  readonly key: string;
  activations: Float32Array | undefined;
  pixels: RgbImage | undefined;
}

type Prepared =
  | { readonly index: number; readonly rows: Row[]; readonly spare: Uint8Array | undefined }
  | { readonly index: number; readonly failure: Error };

/**
 * Runs images through the frozen prefix: read, look into the cache, decode, augment, run in batches, store.
 * Results come in the order of the requests, whatever the timing; memory holds a few batches at most.
 *
 * An image that cannot be read or decoded gives a `failure`; an engine that fails throws.
 */
export async function* streamFeatures(
  requests: readonly FeatureRequest[],
  options: FeatureStreamOptions,
): AsyncGenerator<FeatureResult, void, undefined> {
  const cache = new TolerantCache(options.cache, options.onCacheFailure);
  const { batchSize, imagesAhead } = options.prefix;
  const buffers = new PixelBuffers(options.prefix.inputSize);
  const pending: Prepared[] = [];
  let waiting = 0;

  async function* flush(): AsyncGenerator<FeatureResult, void, undefined> {
    const missing = pending.flatMap((item) => ('rows' in item ? item.rows.filter((row) => row.pixels) : []));
    for (let from = 0; from < missing.length; from += batchSize) {
      throwIfAborted(options.signal);
      await runBatch(missing.slice(from, from + batchSize), { prefix: options.prefix, cache, buffers });
    }
    for (const item of pending) {
      if ('rows' in item) buffers.giveBack(item.spare);
      yield resultOf(item, missing);
    }
    pending.length = 0;
    waiting = 0;
  }

  const indexed = requests.map((request, index) => ({ request, index }));
  const prepared = orderedMap(indexed, imagesAhead, ({ request, index }) => {
    throwIfAborted(options.signal);
    return prepare(request, { index, options, cache, buffers });
  });
  for await (const item of prepared) {
    pending.push(item);
    if ('rows' in item) waiting += item.rows.filter((row) => row.pixels).length;
    // Without misses in front of it a result need not wait.
    if (waiting === 0 || waiting >= batchSize) yield* flush();
  }
  yield* flush();
}

async function prepare(
  request: FeatureRequest,
  context: { index: number; options: FeatureStreamOptions; cache: TolerantCache; buffers: PixelBuffers },
): Promise<Prepared> {
  const { index, options, cache, buffers } = context;
  const { prefix, seen } = options;
  try {
    const image = lazyImage(request.source, { ...options, buffers });
    const content = seen?.digestOf(request.source) ?? (await sha256(await image.bytes()));
    seen?.keepDigest(request.source, content);
    const rows = await Promise.all(
      request.views.map(async (view): Promise<Row> => {
        const key = await cacheKey([prefix.digest, content, view.key]);
        return { key, activations: await cache.get(key), pixels: undefined };
      }),
    );
    if (rows.some((row) => row.activations === undefined)) {
      const pixels = await image.pixels();
      for (const [position, row] of rows.entries()) {
        if (row.activations === undefined) row.pixels = request.views[position]?.apply(pixels);
      }
    }
    return { index, rows, spare: image.spare() };
  } catch (error) {
    if (isGraftError(error) && error.code === 'IMAGE') return { index, failure: nameImageError(error, request.source) };
    throw error;
  }
}

/** An image whose bytes are read, and whose pixels are decoded, when somebody wants them. */
function lazyImage(
  source: ImageReference,
  { images, prefix, seen, signal, buffers }: FeatureStreamOptions & { readonly buffers: PixelBuffers },
): { bytes(): Promise<ImageBytes>; pixels(): Promise<RgbImage>; spare(): Uint8Array | undefined } {
  let reading: Promise<ImageBytes> | undefined;
  let spare: Uint8Array | undefined;
  const bytes = () => (reading ??= images.read(source, { signal }));
  return {
    bytes,
    async pixels() {
      const known = seen?.pixelsOf(source);
      if (known !== undefined) return known;
      const { inputSize: size, interpolation, resize } = prefix;
      const encoded = await bytes();
      const into = buffers.take();
      const pixels = await images.decode(encoded, { size, interpolation, resize, into });
      if (seen?.keepPixels(source, pixels) !== true) spare = into;
      return pixels;
    },
    /** What the pixels may lie in, if nobody needs it after this image. */
    spare: () => spare,
  };
}

/** Under which key the activations of a view are kept: of prefix, image file and view. */
// LMDB's keys end at 1,978 bytes; hashing every key would take longer than reading the value.
const longestPlainKey = 500;

/** Where activations are kept: under the prefix's digest, that of the image's file, and the view's key. */
export function cacheKey(parts: readonly string[]): string | Promise<string> {
  const key = parts.join('/');
  return key.length <= longestPlainKey ? key : sha256(key);
}

async function runBatch(
  rows: readonly Row[],
  context: { prefix: PrefixRunner; cache: TolerantCache; buffers: PixelBuffers },
): Promise<void> {
  const [height, width] = context.prefix.inputSize;
  const stride = height * width * 3;
  const data = context.buffers.batch(rows.length);
  for (const [position, row] of rows.entries()) data.set((row.pixels as RgbImage).data, position * stride);
  const extractor: FeatureExtractor = await context.prefix.extractor();
  const features = await extractor.extract({ count: rows.length, height, width, data });
  const size = features.length / rows.length;
  await Promise.all(
    rows.map((row, position) => {
      // A copy of its own: a view would keep the whole batch alive.
      const own = features.slice(position * size, (position + 1) * size);
      row.activations = context.cache.rounded(own);
      row.pixels = undefined;
      return context.cache.set(row.key, row.activations);
    }),
  );
}

function resultOf(item: Prepared, missing: readonly Row[]): FeatureResult {
  if ('failure' in item) return item;
  const rows = item.rows.map((row) => row.activations as Float32Array);
  return { index: item.index, rows, cached: !item.rows.some((row) => missing.includes(row)) };
}
