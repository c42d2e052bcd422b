import type { Dataset, Sample } from '../dataset/dataset.js';
import { DatasetError } from '../errors.js';
import { describeImages, type DescribeImagesOptions } from './describe-images.js';
import type { ImageDescriptor } from './image-descriptor.js';

/** What an audit keeps of every readable image: 1.5 kB each. */
export interface AuditedImages {
  readonly samples: readonly Sample[];
  readonly descriptors: readonly ImageDescriptor[];
  /** SHA-256 of each file. */
  readonly digests: readonly string[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Reads every image of a data set once.
 * @throws DatasetError if none can be read.
 */
export async function auditedImages(dataset: Dataset, options: DescribeImagesOptions): Promise<AuditedImages> {
  const { samples } = dataset;
  const found = new Array<{ readonly descriptor: ImageDescriptor; readonly digest: string } | undefined>(
    samples.length,
  );
  const failures = new Map<number, string>();
  await describeImages(samples, options, (image) => {
    if ('failure' in image) failures.set(image.index, image.failure.message);
    else found[image.index] = { descriptor: image.descriptor, digest: image.digest };
  });
  const readable = [...samples.keys()].filter((place) => found[place] !== undefined);
  const unreadable = [...failures].sort(([a], [b]) => a - b);
  const first = unreadable[0]?.[1];
  if (readable.length === 0) {
    throw new DatasetError(
      `none of ${samples.length} images can be read${first === undefined ? '' : `: ${first}`}; repair or replace them`,
    );
  }
  return {
    samples: readable.map((place) => samples[place]!),
    descriptors: readable.map((place) => found[place]!.descriptor),
    digests: readable.map((place) => found[place]!.digest),
    skipped: [
      ...(dataset.skipped ?? []),
      ...unreadable.map(([place, reason]) => ({ path: samples[place]!.id, reason })),
    ],
  };
}
