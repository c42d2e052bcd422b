import type { Sample } from '../dataset/dataset.js';
import { sha256 } from '../digest.js';
import { isGraftError, throwIfAborted, type CacheError, type ImageError } from '../errors.js';
import { nameImageError } from '../features/name-image-error.js';
import { TolerantCache } from '../features/tolerant-cache.js';
import type { FeatureCache } from '../ports/feature-cache.js';
import type { ImageSource } from '../ports/image-source.js';
import type { ProgressListener } from '../progress.js';
import {
  decodeDescriptor,
  describePixels,
  descriptorDecodeSize,
  descriptorVersion,
  encodeDescriptor,
  type ImageDescriptor,
} from './image-descriptor.js';
import type { ImageFacts, ImageInspector } from './image-facts.js';

/** The surroundings of {@link describeImages}. */
export interface DescribeImagesOptions {
  readonly images: ImageSource;
  /** Reads file headers; without it descriptors have no facts. */
  readonly inspect?: ImageInspector | undefined;
  /** Keeps descriptors between runs, by the SHA-256 of the file. */
  readonly cache?: FeatureCache | undefined;
  readonly onCacheFailure?: ((error: CacheError) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** What {@link describeImages} tells of an image: its descriptor, or why it cannot be read. */
export type DescribedImage =
  | { readonly index: number; readonly descriptor: ImageDescriptor; readonly digest: string }
  | { readonly index: number; readonly failure: ImageError };

/** Images in work at the same time: enough for the threads that decode. */
const parallel = 8;

/**
 * Describes every sample's image, and tells of each: read once, decoded once, and never again while the cache remembers its
 * file. Memory holds a few images, whatever the number of samples. The order of the calls is that of completion: use `index`.
 *
 * @throws AbortedError; what `onImage` throws.
 */
export async function describeImages(
  samples: readonly Sample[],
  options: DescribeImagesOptions,
  onImage: (image: DescribedImage) => void,
): Promise<void> {
  const { signal, onProgress } = options;
  const cache = new TolerantCache(options.cache, options.onCacheFailure);
  let next = 0;
  let done = 0;
  let cached = 0;
  const work = async () => {
    for (let index = next++; index < samples.length; index = next++) {
      throwIfAborted(signal);
      const { image, known } = await describe(samples[index] as Sample, { index, cache, options });
      onImage(image);
      done += 1;
      if (known) cached += 1;
      onProgress?.({ stage: 'images', done, total: samples.length, cached });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(parallel, samples.length) }, work));
  } finally {
    // After a failure the others stop at their next image.
    next = samples.length;
  }
}

async function describe(
  sample: Sample,
  context: { readonly index: number; readonly cache: TolerantCache; readonly options: DescribeImagesOptions },
): Promise<{ readonly image: DescribedImage; readonly known: boolean }> {
  const { index, cache, options } = context;
  const { images, inspect, signal } = options;
  try {
    const bytes = await images.read(sample.source, { signal });
    const digest = await sha256(bytes);
    const key = `${descriptorVersion}/${inspect ? 'facts' : 'plain'}/${digest}`;
    const stored = await cache.get(key);
    const known = stored && decodeDescriptor(stored);
    if (known !== undefined) return { image: { index, descriptor: known, digest }, known: true };
    const size = [descriptorDecodeSize, descriptorDecodeSize] as const;
    const pixels = await images.decode(bytes, { size, interpolation: 'antialias' });
    const facts = await inspectTolerantly(bytes, inspect);
    const descriptor = { ...describePixels(pixels), bytes: bytes.length, facts };
    await cache.set(key, encodeDescriptor(descriptor));
    return { image: { index, descriptor, digest }, known: false };
  } catch (error) {
    if (isGraftError(error) && error.code === 'IMAGE') {
      return { image: { index, failure: nameImageError(error, sample.source) }, known: false };
    }
    throw error;
  }
}

/** Pixels that could be decoded are worth more than a header that could not. */
async function inspectTolerantly(
  bytes: Uint8Array,
  inspect: ImageInspector | undefined,
): Promise<ImageFacts | undefined> {
  try {
    return await inspect?.(bytes);
  } catch {
    return undefined;
  }
}
