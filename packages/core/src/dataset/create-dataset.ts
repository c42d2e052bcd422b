import { DatasetError, quoteNames } from '../errors.js';
import { describeImage } from '../image.js';
import type { Dataset, Sample } from './dataset.js';

/** An image with its label; `id` may be left out. */
export type LabelledImage = Omit<Sample, 'id'> & {
  /** Default: the path or address; `image-<i>` for bytes, with i the place in the list, from 0. */
  readonly id?: string | undefined;
};

/**
 * Makes a data set of images in memory, of addresses, or of paths, in their order. Nothing is read yet.
 *
 * @throws DatasetError if there are none, a label is empty, or two share an `id`.
 * @example `createDataset([{ source: catBytes, label: 'cat' }, { source: new URL('https://example.org/dog.jpg'), label: 'dog' }])`
 */
export function createDataset(images: readonly LabelledImage[]): Dataset {
  if (images.length === 0) throw new DatasetError('a data set needs images; pass at least one');
  const ids = new Set<string>();
  const samples = images.map((image, index): Sample => {
    const { source, label } = image;
    const id = image.id ?? (source instanceof Uint8Array ? `image-${index}` : describeImage(source));
    if (label === '') throw new DatasetError(`image ${quoteNames([id])} has an empty label; name its class`);
    if (ids.has(id)) throw new DatasetError(`two images are called ${quoteNames([id])}; give each an id of its own`);
    ids.add(id);
    return { ...image, id };
  });
  return { classNames: [...new Set(samples.map((sample) => sample.label))].sort(compareCodeUnits), samples };
}

function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
