import { DatasetError } from '../errors.js';
import type { SkippedImage } from './collect-features.js';

/** The share of images that may be unreadable before the work stops. */
const usualTolerableShare = 0.1;

/**
 * Stops work on a data set of which too much cannot be read.
 *
 * @throws DatasetError once more of `total` images have been skipped than are tolerable; default: a tenth.
 */
export function refuseTooManySkipped(
  skipped: readonly SkippedImage[],
  total: number,
  tolerableShare = usualTolerableShare,
): void {
  if (skipped.length <= total * tolerableShare) return;
  const [first] = skipped;
  throw new DatasetError(
    `${skipped.length} of ${total} images cannot be read, more than ${Number((tolerableShare * 100).toPrecision(6))} %: ${first?.reason ?? ''}; ` +
      `repair or remove them`,
    { subject: first?.path ?? '' },
  );
}
