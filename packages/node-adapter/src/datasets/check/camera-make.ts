/** EXIF's tag of who made the camera or scanner. */
const MAKE = 0x010f;
const ASCII = 2;
const ENTRY_BYTES = 12;
/** Longer names are none. */
const LONGEST = 64;

/**
 * Who made the camera, from an EXIF block. Whatever it holds, nothing outside of it is read.
 * @returns Undefined where it does not say.
 */
export function cameraMake(exif: Uint8Array): string | undefined {
  const start = startsWith(exif, 'Exif\0\0') ? 6 : 0;
  const tiff = exif.subarray(start);
  const littleEndian = startsWith(tiff, 'II');
  if (!littleEndian && !startsWith(tiff, 'MM')) return undefined;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const fits = (at: number, length: number) => at >= 0 && at + length <= view.byteLength;
  if (!fits(0, 8)) return undefined;
  const directory = view.getUint32(4, littleEndian);
  if (!fits(directory, 2)) return undefined;
  const entries = view.getUint16(directory, littleEndian);
  for (let entry = 0; entry < entries; entry += 1) {
    const at = directory + 2 + entry * ENTRY_BYTES;
    if (!fits(at, ENTRY_BYTES)) return undefined;
    if (view.getUint16(at, littleEndian) !== MAKE || view.getUint16(at + 2, littleEndian) !== ASCII) continue;
    const length = view.getUint32(at + 4, littleEndian);
    // Four bytes and less stand in the entry itself.
    const from = length <= 4 ? at + 8 : view.getUint32(at + 8, littleEndian);
    if (length > LONGEST || !fits(from, length)) return undefined;
    const text = Buffer.from(tiff.subarray(from, from + length)).toString('latin1');
    const make = text.replaceAll('\0', '').trim();
    return make === '' ? undefined : make;
  }
  return undefined;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length && [...text].every((letter, i) => bytes[i] === letter.charCodeAt(0));
}
