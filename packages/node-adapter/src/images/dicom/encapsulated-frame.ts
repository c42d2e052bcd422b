import { damagedDicom } from './dicom-error.js';
import { ElementReader, SEQUENCE_END } from './element-reader.js';
import type { DicomFile } from './parse-dicom.js';

/**
 * The packed bytes of the first frame: fragments, which a table of offsets, their number, or an end-of-image marker
 * assigns to frames.
 * @see DICOM PS3.5, annex A.4
 */
export function firstFrame({ header, reader, pixels, syntax }: DicomFile): Uint8Array {
  if (pixels.length !== undefined) throw damagedDicom('its compressed pixels are not in fragments');
  const fragments: { readonly begin: number; readonly bytes: Uint8Array }[] = [];
  reader.offset = pixels.offset;
  for (;;) {
    const item = reader.next();
    if (item.tag === SEQUENCE_END) break;
    if (!ElementReader.isItem(item) || item.length === undefined) {
      throw damagedDicom(`no fragment at byte ${item.offset}`);
    }
    fragments.push({ begin: item.offset - 8, bytes: reader.value(item) });
    reader.skip(item);
  }
  const [table, ...parts] = fragments;
  if (table === undefined || parts.length === 0) throw damagedDicom('it holds no fragment of pixels');
  if (header.frames <= 1) return concatenate(parts.map(({ bytes }) => bytes));
  if (syntax.codec === 'rle' || parts.length === header.frames) return (parts[0] as (typeof parts)[0]).bytes;
  const second = table.bytes.length >= 8 ? offsetAt(table.bytes, 4) : undefined;
  if (second !== undefined) {
    const base = (parts[0] as (typeof parts)[0]).begin;
    return concatenate(parts.filter(({ begin }) => begin - base < second).map(({ bytes }) => bytes));
  }
  const last = parts.findIndex(({ bytes }) => endsImage(bytes));
  return concatenate(parts.slice(0, last < 0 ? parts.length : last + 1).map(({ bytes }) => bytes));
}

function offsetAt(table: Uint8Array, offset: number): number {
  return new DataView(table.buffer, table.byteOffset, table.byteLength).getUint32(offset, true);
}

/** True if a JPEG ends here; a zero may pad it. */
function endsImage(bytes: Uint8Array): boolean {
  const end = bytes[bytes.length - 1] === 0 ? bytes.length - 1 : bytes.length;
  return bytes[end - 2] === 0xff && bytes[end - 1] === 0xd9;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}
