import type { Sample } from '@graft-ml/core';
import { describeImages, type DescribeImagesOptions } from '@graft-ml/core/audit';
import { inspectImage } from '../check/file-facts.js';

/** The surroundings of `readThumbnails`. */
export type LookOptions = Omit<DescribeImagesOptions, 'inspect'>;

/**
 * A grey thumbnail of 32×32 of each sample, in order; undefined where the image cannot be read.
 * @throws AbortedError.
 */
export async function readThumbnails(
  samples: readonly Sample[],
  options: LookOptions,
): Promise<(Uint8Array | undefined)[]> {
  const thumbnails: (Uint8Array | undefined)[] = new Array<undefined>(samples.length).fill(undefined);
  // With the headers, though nobody asks for them here: an audit of the same images then finds all of it in the cache.
  await describeImages(samples, { ...options, inspect: options.cache && inspectImage }, (image) => {
    if ('descriptor' in image) thumbnails[image.index] = image.descriptor.grey;
  });
  return thumbnails;
}
