import { damagedDicom } from './dicom-error.js';
import type { DicomHeader } from './dicom-header.js';
import { interleave, type PixelLayout, type StoredPixels } from './pixel-layout.js';

/** Offsets of up to 15 segments, behind their number. */
const HEADER_BYTES = 64;

/** Two bytes stand for 128 at most. */
const LARGEST_RATIO = 64;

/**
 * Unpacks a frame of run lengths: a segment for each byte of a value and each sample, the highest byte first.
 * @see DICOM PS3.5, annex G
 */
export function decodeRle(frame: Uint8Array, header: DicomHeader, layout: PixelLayout): StoredPixels {
  const { pixels, samples, bytesPerSample } = layout;
  const segments = header.samplesPerPixel * bytesPerSample;
  if (frame.length < HEADER_BYTES) throw damagedDicom(`its RLE frame has ${frame.length} bytes`);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const count = view.getUint32(0, true);
  if (count !== segments) throw damagedDicom(`its RLE frame has ${count} segments, expected ${segments}`);
  if (frame.length * LARGEST_RATIO < samples * bytesPerSample) {
    throw damagedDicom(`its RLE frame has ${frame.length} bytes, too few for ${samples} values`);
  }
  const bounds = Array.from({ length: count }, (_, i) => view.getUint32(4 + i * 4, true));
  bounds.push(frame.length);
  const values = bytesPerSample === 1 ? new Uint8Array(samples) : new Uint16Array(samples);
  for (let segment = 0; segment < segments; segment += 1) {
    const [begin = 0, end = 0] = bounds.slice(segment, segment + 2);
    if (begin < HEADER_BYTES || end < begin || end > frame.length) throw damagedDicom('its RLE segments overlap');
    const bytes = unpackBits(frame.subarray(begin, end), pixels);
    const plane = Math.floor(segment / bytesPerSample) * pixels;
    if (segment % bytesPerSample === 0) for (let i = 0; i < pixels; i += 1) values[plane + i] = bytes[i] as number;
    else
      for (let i = 0; i < pixels; i += 1)
        values[plane + i] = ((values[plane + i] as number) << 8) | (bytes[i] as number);
  }
  return interleave(values, header.samplesPerPixel);
}

/** PackBits: a byte n below 128 and n + 1 bytes as they are, or a byte above 128 and one byte to repeat 257 − n times. */
function unpackBits(packed: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  let to = 0;
  let from = 0;
  while (to < length) {
    const control = packed[from];
    if (control === undefined) throw damagedDicom(`an RLE segment ends after ${to} of ${length} bytes`);
    from += 1;
    if (control < 128) {
      // What goes beyond the frame is padding.
      const count = Math.min(control + 1, length - to);
      if (from + count > packed.length) throw damagedDicom(`an RLE segment ends after ${to} of ${length} bytes`);
      result.set(packed.subarray(from, from + count), to);
      from += control + 1;
      to += count;
    } else if (control > 128) {
      const value = packed[from];
      if (value === undefined) throw damagedDicom(`an RLE segment ends after ${to} of ${length} bytes`);
      result.fill(value, to, to + 257 - control);
      from += 1;
      to += 257 - control;
    }
  }
  return result;
}
