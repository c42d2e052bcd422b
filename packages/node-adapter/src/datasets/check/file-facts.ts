import type { ImageBytes } from '@graft-ml/core';
import sharp from 'sharp';
import { layOutPixels } from '../../images/dicom/pixel-layout.js';
import { parseDicom } from '../../images/dicom/parse-dicom.js';
import { detectImageFormat } from '../../images/image-format.js';

/** What an image file is like, besides its picture. */
export interface FileFacts {
  /** Such as `JPEG`. */
  readonly format: string;
  /** Such as `grey`, `RGB`, `RGB with alpha`, `grey, 16 bits`. */
  readonly colorMode: string;
  /** As stored, before EXIF turns it. */
  readonly height: number;
  readonly width: number;
}

/**
 * Reads an image's header.
 * @throws Error if it cannot be read; the image has been decoded before, so that this is not expected.
 */
export async function readFileFacts(bytes: ImageBytes): Promise<FileFacts> {
  const format = detectImageFormat(bytes) ?? 'unknown';
  if (format === 'DICOM') {
    const { header } = await parseDicom(bytes);
    layOutPixels(header, Number.POSITIVE_INFINITY);
    const depth = header.bitsStored > 8 ? `, ${header.bitsStored} bits` : '';
    const { rows: height, columns: width } = header;
    return { format, colorMode: `${header.photometric}${depth}`, height, width };
  }
  const { height, width, space, depth, hasAlpha } = await sharp(bytes, { limitInputPixels: false }).metadata();
  const color = COLORS.get(space) ?? space;
  const deep = depth === 'uchar' ? '' : `, ${DEPTHS.get(depth) ?? depth}`;
  return { format, colorMode: `${color}${hasAlpha ? ' with alpha' : ''}${deep}`, height, width };
}

/** libvips' words for colours and depths, and ours. */
const COLORS: ReadonlyMap<string, string> = new Map([
  ['b-w', 'grey'],
  ['grey16', 'grey'],
  ['srgb', 'RGB'],
  ['rgb', 'RGB'],
  ['rgb16', 'RGB'],
  ['cmyk', 'CMYK'],
]);
const DEPTHS: ReadonlyMap<string, string> = new Map([['ushort', '16 bits']]);
