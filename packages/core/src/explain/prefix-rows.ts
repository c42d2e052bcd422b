import { DatasetError } from '../errors.js';
import { streamFeatures } from '../features/feature-stream.js';
import { plainView } from '../features/feature-view.js';
import type { PrefixRunner } from '../features/prefix-runner.js';
import { describeImage, type ImageReference } from '../image.js';
import type { ImageSource } from '../ports/image-source.js';
import type { ExplainOptions } from './explain-options.js';

/** What a frozen prefix gave for one image. */
export interface PrefixRow {
  /** The image's place among the inputs. */
  readonly index: number;
  readonly values: Float32Array;
}

/** Values that are held together: 8 MB, and what gradients keep of them on the way. */
const valuesAtOnce = 2 ** 21;
const mostRowsAtOnce = 32;

/**
 * Runs images through a prefix, a few at a time. Nothing is kept in the cache: feature maps are large, and pictures of them are
 * wanted once.
 * @throws DatasetError if there are no images; ImageError for one that cannot be read, if nobody is told of such; AbortedError.
 */
export async function* prefixRows(
  inputs: readonly ImageReference[],
  context: Pick<ExplainOptions, 'onProgress' | 'onSkipped' | 'signal'> & {
    readonly prefix: PrefixRunner;
    readonly images: ImageSource;
  },
): AsyncGenerator<readonly PrefixRow[], void, undefined> {
  const { prefix, images, signal, onProgress, onSkipped } = context;
  if (inputs.length === 0) throw new DatasetError('there are no images to explain; pass at least one');
  const rowSize = prefix.outputShape.reduce((product, size) => product * size, 1);
  const rowsAtOnce = Math.max(1, Math.min(mostRowsAtOnce, Math.floor(valuesAtOnce / rowSize)));
  const requests = inputs.map((source) => ({ source, views: [plainView] }));
  let rows: PrefixRow[] = [];
  for await (const result of streamFeatures(requests, { prefix, images, cache: undefined, signal })) {
    const { index } = result;
    if ('failure' in result) {
      if (onSkipped === undefined) throw result.failure;
      onSkipped({ path: describeImage(inputs[index]!), reason: result.failure.message });
    } else rows.push({ index, values: result.rows[0]! });
    onProgress?.({ stage: 'features', done: index + 1, total: inputs.length });
    if (rows.length >= rowsAtOnce) {
      yield rows;
      rows = [];
    }
  }
  if (rows.length > 0) yield rows;
}
