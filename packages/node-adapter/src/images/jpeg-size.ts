import type { InputSize } from '@graft-ml/core';

/**
 * Reads `[height, width]` from a JPEG's frame header.
 * @returns Undefined for what the kernel does not decode: progressive and other rare frames, and files without sense.
 */
export function baselineJpegSize(bytes: Uint8Array): InputSize | undefined {
  const word = (at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xc0 || marker === 0xc1) {
      const size: InputSize = [word(at + 5), word(at + 7)];
      return size[0] > 0 && size[1] > 0 ? size : undefined;
    }
    // A frame of another kind, or the image itself.
    const isFrame = marker >= 0xc2 && marker <= 0xcf && marker !== 0xc4;
    if (isFrame || marker < 0xc0 || marker === 0xda) return undefined;
    at += 2 + word(at + 2);
  }
  return undefined;
}
