import {
  ImageError,
  throwIfAborted,
  type ImageBytes,
  type ImageSource,
  type ProgressListener,
  type RgbImage,
  type Sample,
} from '@graft-ml/core';
import { THUMBNAIL_SIZE } from './perceptual-hash.js';

/** The surroundings of {@link readThumbnails}. */
export interface LookOptions {
  readonly images: ImageSource;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** What {@link forEachImage} tells of an image: its bytes and how it looks from afar, or why it cannot be read. */
export type SeenImage =
  | { readonly index: number; readonly bytes: ImageBytes; readonly thumbnail: Uint8Array }
  | { readonly index: number; readonly failure: ImageError };

/** Images in work at the same time: enough for the threads that decode. */
const PARALLEL = 8;

/**
 * Reads and decodes every sample's image, as training would, and tells of each. Memory holds a few images, whatever the
 * number of samples. The order of the calls is that of completion: use `index`.
 *
 * @throws AbortedError; what `onImage` throws.
 */
export async function forEachImage(
  samples: readonly Sample[],
  options: LookOptions,
  onImage: (image: SeenImage) => Promise<void> | void,
): Promise<void> {
  const { images, signal, onProgress } = options;
  let next = 0;
  let done = 0;
  const look = async (index: number): Promise<SeenImage> => {
    try {
      const bytes = await images.read((samples[index] as Sample).source, { signal });
      const small = await images.decode(bytes, { size: [THUMBNAIL_SIZE, THUMBNAIL_SIZE], interpolation: 'antialias' });
      return { index, bytes, thumbnail: greyOf(small) };
    } catch (error) {
      if (error instanceof ImageError) return { index, failure: error };
      throw error;
    }
  };
  const work = async () => {
    for (let index = next++; index < samples.length; index = next++) {
      throwIfAborted(signal);
      await onImage(await look(index));
      done += 1;
      onProgress?.({ stage: 'images', done, total: samples.length });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(PARALLEL, samples.length) }, work));
  } finally {
    // After a failure the others stop at their next image.
    next = samples.length;
  }
}

/** A thumbnail of each sample, in order; undefined where the image cannot be read. */
export async function readThumbnails(
  samples: readonly Sample[],
  options: LookOptions,
): Promise<(Uint8Array | undefined)[]> {
  const thumbnails: (Uint8Array | undefined)[] = new Array<undefined>(samples.length).fill(undefined);
  await forEachImage(samples, options, (image) => {
    if ('thumbnail' in image) thumbnails[image.index] = image.thumbnail;
  });
  return thumbnails;
}

/** BT.601's weights, as Pillow and OpenCV have them. */
function greyOf({ data }: RgbImage): Uint8Array {
  const grey = new Uint8Array(data.length / 3);
  for (let i = 0; i < grey.length; i += 1) {
    const [red, green, blue] = [data[i * 3] as number, data[i * 3 + 1] as number, data[i * 3 + 2] as number];
    grey[i] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  }
  return grey;
}
