import { damagedDicom } from './dicom-error.js';
import type { DicomHeader } from './dicom-header.js';
import type { StoredPixels } from './pixel-layout.js';

/**
 * Turns stored colours into RGB of 0–255: a palette's, YBR_FULL's, or RGB of any depth.
 *
 * @param isRgb - Whether the decoder has turned YBR to RGB already.
 * @see DICOM PS3.3, C.7.6.3.1.2
 */
export function colorPixels(pixels: StoredPixels, header: DicomHeader, isRgb: boolean): Uint8Array {
  const { photometric, bitsStored, palette } = header;
  if (photometric === 'PALETTE COLOR') {
    if (palette === undefined) throw damagedDicom('its palette is incomplete');
    return applyPalette(pixels, palette, header);
  }
  const most = 2 ** bitsStored - 1;
  const bytes = new Uint8Array(pixels.length);
  if (bitsStored === 8) bytes.set(pixels);
  else
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = Math.round((Math.min(pixels[i] as number, most) / most) * 255);
  if (!isRgb && photometric !== 'RGB') ybrToRgb(bytes);
  return bytes;
}

function applyPalette(
  pixels: StoredPixels,
  palette: NonNullable<DicomHeader['palette']>,
  { bitsStored }: DicomHeader,
): Uint8Array {
  const tables = palette.map(({ entries, bits }) =>
    Uint8Array.from(entries, (value) => Math.round((value / (2 ** bits - 1)) * 255)),
  );
  const mask = 2 ** bitsStored - 1;
  const data = new Uint8Array(pixels.length * 3);
  for (let i = 0; i < pixels.length; i += 1) {
    for (let color = 0; color < 3; color += 1) {
      const table = tables[color] as Uint8Array;
      const index = ((pixels[i] as number) & mask) - (palette[color]?.first ?? 0);
      data[i * 3 + color] = table[Math.min(table.length - 1, Math.max(0, index))] as number;
    }
  }
  return data;
}

/** Full-range BT.601, in place. */
function ybrToRgb(data: Uint8Array): void {
  const clamped = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  for (let i = 0; i < data.length; i += 3) {
    const y = data[i] as number;
    const blue = (data[i + 1] as number) - 128;
    const red = (data[i + 2] as number) - 128;
    // Uint8ClampedArray rounds and clips.
    clamped[i] = y + 1.402 * red;
    clamped[i + 1] = y - (0.114 * 1.772 * blue + 0.299 * 1.402 * red) / 0.587;
    clamped[i + 2] = y + 1.772 * blue;
  }
}
