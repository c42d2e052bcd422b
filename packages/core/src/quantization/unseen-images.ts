import { mirrorImage } from '../augmentation/flip.js';
import { zoom } from '../augmentation/zoom.js';
import type { ImageBatch } from '../image.js';

const mirrored = { horizontal: true, vertical: false };
const zoomed = { zx: 0.85, zy: 0.85 };

/**
 * Images that a model was not fitted to, made of those that it was: mirrored, and their middle enlarged. A head is more certain of
 * its training images than of others, so that these hide how many classes int8 changes. On chest X-rays the margins between a
 * model's classes were like those on test images, for four networks, where those on the training images were up to 17 times as
 * large at the lower end (decision 28).
 */
export function unseenImages(images: ImageBatch): ImageBatch {
  const { count, height, width } = images;
  const size = height * width * 3;
  const enlarge = zoom({ range: [zoomed.zx, zoomed.zx] });
  const data = new Uint8Array(count * size);
  for (let start = 0; start < data.length; start += size) {
    const image = { height, width, data: images.data.subarray(start, start + size) };
    data.set(enlarge.apply(mirrorImage(image, mirrored), zoomed).data, start);
  }
  return { count, height, width, data };
}
