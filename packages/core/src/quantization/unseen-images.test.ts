import { expect, it } from 'vitest';
import { unseenImages } from './unseen-images.js';

it('mirrors each image of a batch and enlarges its middle', () => {
  // Columns get brighter to the right; the second image is the first, 100 brighter.
  const side = 20;
  const ramp = (from: number) =>
    Array.from({ length: side * side * 3 }, (_, i) => from + 5 * (Math.floor(i / 3) % side));
  const images = { count: 2, height: side, width: side, data: Uint8Array.from([...ramp(0), ...ramp(100)]) };
  const { data, count } = unseenImages(images);
  const pixel = (image: number, row: number, column: number) =>
    data[((image * side + row) * side + column) * 3] as number;
  expect([count, data.length]).toEqual([2, images.data.length]);
  expect(pixel(0, 10, 0)).toBeGreaterThan(pixel(0, 10, side - 1));
  // 85 % of the width is left.
  expect(pixel(0, 10, 0) - pixel(0, 10, side - 1)).toBeCloseTo(0.85 * 5 * (side - 1), -1);
  expect(pixel(1, 5, 7)).toBe(pixel(0, 5, 7) + 100);
  expect(images.data[0]).toBe(0);
});
