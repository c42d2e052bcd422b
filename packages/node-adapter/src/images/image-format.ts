/** Formats that graft decodes. */
export type ImageFormat = 'JPEG' | 'PNG' | 'WebP' | 'TIFF' | 'GIF' | 'AVIF' | 'DICOM';

/** For messages: what can be decoded. */
export const DECODABLE_FORMATS = 'JPEG, PNG, WebP, TIFF, GIF, AVIF or DICOM';

/**
 * Tells a format by a file's first bytes; names and extensions are not looked at. Only these formats are ever handed to
 * the decoder: drawings and documents (SVG, PDF) can reach for other files, and are not pixels.
 *
 * @returns Undefined for anything else.
 * @example `detectImageFormat(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)) // 'JPEG'`
 */
export function detectImageFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (startsWith(bytes, '\xff\xd8\xff')) return 'JPEG';
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return 'PNG';
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return 'WebP';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((magic) => startsWith(bytes, magic))) return 'TIFF';
  if (startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')) return 'GIF';
  if (startsWith(bytes, 'ftyp', 4) && ['avif', 'avis', 'mif1', 'msf1'].some((brand) => startsWith(bytes, brand, 8))) {
    return 'AVIF';
  }
  // Behind 128 bytes of anything, which may look like another format.
  if (startsWith(bytes, 'DICM', 128)) return 'DICOM';
  return undefined;
}

/** Names a kind of file that is often met among images but not decoded, for a message; undefined if it is unknown. */
export function nameForeignFormat(bytes: Uint8Array): string | undefined {
  if (startsWith(bytes, '%PDF')) return 'a PDF document';
  if (startsWith(bytes, 'BM')) return 'a BMP image';
  if (startsWith(bytes, 'ftyp', 4)) return 'a video or HEIC file';
  const start = Buffer.from(bytes.subarray(0, 1024)).toString('latin1').toLowerCase();
  if (start.includes('<svg')) return 'an SVG drawing';
  if (start.includes('<html')) return 'an HTML page';
  return undefined;
}

function startsWith(bytes: Uint8Array, text: string, offset = 0): boolean {
  for (let i = 0; i < text.length; i += 1) {
    if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}
