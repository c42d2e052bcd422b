import type { RgbImage } from '../src/image.js';

/** The oracles' pixels: the top bytes of a linear congruential sequence that the size seeds. */
export function testImage(height: number, width: number): RgbImage {
  const data = new Uint8Array(height * width * 3);
  let state = height * 65536 + width;
  for (let i = 0; i < data.length; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state >>> 24;
  }
  return { height, width, data };
}
