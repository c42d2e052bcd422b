import { reasonOf } from '@graft-ml/core';
import { loadSharp } from '../load-sharp.js';
import type { ExpectedSize } from './decode-jpeg-lossless.js';
import { damagedDicom, unsupportedDicom } from './dicom-error.js';
import { findFrameHeader, nextSegment, SCAN } from './jpeg-segments.js';

/**
 * Decodes a JPEG with loss: baseline, or extended with 8 bits. Colours come out as RGB.
 *
 * @param photometric - What the DICOM header says of the colours; a JPEG that does not say itself follows it.
 */
export async function decodeJpegFrame(
  jpeg: Uint8Array,
  { photometric, ...expected }: ExpectedSize & { readonly photometric: string },
): Promise<Uint8Array> {
  const frame = findFrameHeader(jpeg);
  const { rows, columns, samplesPerPixel } = expected;
  if (frame.process > 2) throw unsupportedDicom('holds another kind of JPEG than it says', 'convert it');
  if (frame.precision !== 8) {
    throw unsupportedDicom(`holds JPEG with ${frame.precision} bits`, 'convert it to JPEG lossless, or to 8 bits');
  }
  if (frame.height !== rows || frame.width !== columns || frame.components.length !== samplesPerPixel) {
    throw damagedDicom(`its JPEG has ${frame.height}×${frame.width} pixels, expected ${rows}×${columns}`);
  }
  try {
    const marked = samplesPerPixel === 3 ? stateColors(jpeg, photometric) : jpeg;
    const sharp = await loadSharp();
    const image = sharp(marked, { failOn: 'error', limitInputPixels: rows * columns, ignoreIcc: true });
    const { data, info } = await image
      .toColourspace(samplesPerPixel === 1 ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== samplesPerPixel) throw damagedDicom(`its JPEG has ${info.channels} channels`);
    return data;
  } catch (error) {
    throw damagedDicom(`its JPEG pixels cannot be decoded: ${reasonOf(error).split('\n')[0] ?? ''}`, error);
  }
}

/** JPEG's own words on colours: JFIF's (always YCbCr) and Adobe's. */
const JFIF = 0xe0;
const ADOBE = 0xee;

/** Adobe's marker: version 100, no flags, and whether colours are transformed to YCbCr. */
function adobeMarker(isTransformed: boolean): Uint8Array {
  const text = [...'Adobe'].map((letter) => letter.charCodeAt(0));
  return Uint8Array.from([0xff, ADOBE, 0, 14, ...text, 0, 100, 0, 0, 0, 0, isTransformed ? 1 : 0]);
}

/** A JPEG without words on its colours is read as YCbCr, where DICOM may say RGB: puts DICOM's word into it. */
function stateColors(jpeg: Uint8Array, photometric: string): Uint8Array {
  for (let segment = nextSegment(jpeg, 2); segment !== undefined; segment = nextSegment(jpeg, segment.end)) {
    if (segment.marker === JFIF || segment.marker === ADOBE) return jpeg;
    if (segment.marker === SCAN) break;
  }
  return Buffer.concat([jpeg.subarray(0, 2), adobeMarker(photometric !== 'RGB'), jpeg.subarray(2)]);
}
