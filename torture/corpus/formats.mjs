// Good pictures, to be damaged.
import { createRequire } from 'node:module';

export const sharp = createRequire(new URL('../../packages/node-adapter/package.json', import.meta.url))('sharp');

const width = 96;
const height = 80;

/** A picture that compresses neither well nor badly. */
export function plain() {
  const pixels = Buffer.alloc(width * height * 3);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = (i * 7 + (i >> 5) * 13 + ((i * i) >> 9)) & 255;
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** A small good file of each kind. */
export const formats = {
  png: () => plain().png().toBuffer(),
  jpg: () => plain().jpeg().toBuffer(),
  webp: () => plain().webp().toBuffer(),
  gif: () => plain().gif().toBuffer(),
  tif: () => plain().tiff().toBuffer(),
  avif: () => plain().avif({ effort: 0 }).toBuffer(),
  progressive: () => plain().jpeg({ progressive: true }).toBuffer(),
  wide: () => plain().toColourspace('rgb16').tiff().toBuffer(),
};

/** Kinds that are read, by their endings. */
export const damageable = ['png', 'jpg', 'webp', 'gif', 'tif', 'avif'];
