import type { ImageBatch, InputSize } from '../image.js';

/**
 * Checks a batch before an engine reads it.
 *
 * @throws RangeError unless the batch holds images of the expected size, and as many as it says.
 */
export function checkBatch(batch: ImageBatch, [height, width]: InputSize): void {
  if (batch.height !== height || batch.width !== width) {
    throw new RangeError(`images are ${batch.height}×${batch.width}; this network takes ${height}×${width}`);
  }
  const expected = batch.count * height * width * 3;
  if (batch.count < 1 || batch.data.length !== expected) {
    throw new RangeError(`a batch of ${batch.count} images has ${batch.data.length} bytes; expected ${expected}`);
  }
}
