import { damagedDicom, unsupportedDicom } from './dicom-error.js';
import type { DicomFile } from './parse-dicom.js';
import { interleave, type PixelLayout, type StoredPixels } from './pixel-layout.js';

/** Reads the first frame of pixels that nothing packs. */
export function readNativePixels({ header, reader, pixels }: DicomFile, layout: PixelLayout): StoredPixels {
  const { samples, bytesPerSample } = layout;
  if (header.photometric === 'YBR_FULL_422') {
    throw unsupportedDicom('holds YBR_FULL_422 without compression', 'convert it to RGB');
  }
  if (pixels.length === undefined) throw damagedDicom('its pixels have no length');
  const expected = samples * bytesPerSample;
  if (pixels.length < expected) throw damagedDicom(`its pixels have ${pixels.length} bytes, expected ${expected}`);
  const bytes = reader.bytes.subarray(pixels.offset, pixels.offset + expected);
  const values =
    bytesPerSample === 1
      ? readBytes(bytes, pixels.type, reader.encoding.littleEndian)
      : readWords(bytes, reader.encoding.littleEndian);
  return header.planar === 1 ? interleave(values, header.samplesPerPixel) : values;
}

/** Big endian words of two 8-bit values each hold the second one first. */
function readBytes(bytes: Uint8Array, type: string, littleEndian: boolean): Uint8Array {
  if (littleEndian || type !== 'OW') return bytes;
  const swapped = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i += 1) swapped[i] = bytes[i ^ 1] ?? 0;
  return swapped;
}

function readWords(bytes: Uint8Array, littleEndian: boolean): Uint16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = new Uint16Array(bytes.length / 2);
  for (let i = 0; i < words.length; i += 1) words[i] = view.getUint16(i * 2, littleEndian);
  return words;
}
