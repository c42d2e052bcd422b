import type { InputSize, ResizeGeometry, RgbImage } from '@graft-ml/core';

/** Lays an image into black borders; returns it as it is where there are none. */
export function letterbox(
  inner: RgbImage,
  [height, width]: InputSize,
  { left, top }: Pick<ResizeGeometry, 'left' | 'top'>,
): RgbImage {
  if (inner.height === height && inner.width === width) return inner;
  const data = new Uint8Array(height * width * 3);
  for (let y = 0; y < inner.height; y += 1) {
    const row = inner.data.subarray(y * inner.width * 3, (y + 1) * inner.width * 3);
    data.set(row, ((top + y) * width + left) * 3);
  }
  return { height, width, data };
}
