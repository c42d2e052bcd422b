import type { ImageBytes, ImageInspector } from '@graft-ml/core';
import type { Metadata } from 'sharp';
import { layOutPixels } from '../../images/dicom/pixel-layout.js';
import { parseDicom } from '../../images/dicom/parse-dicom.js';
import { detectImageFormat } from '../../images/image-format.js';
import { loadSharp } from '../../images/load-sharp.js';
import { cameraMake } from './camera-make.js';
import { jpegQuantization } from './jpeg-quantization.js';

/** Reads an image's header: what a file is like, besides its picture. */
export const inspectImage: ImageInspector = async (bytes) => {
  const format = detectImageFormat(bytes) ?? 'unknown';
  if (format === 'DICOM') {
    const { header } = await parseDicom(bytes);
    layOutPixels(header, Number.POSITIVE_INFINITY);
    const depth = header.bitsStored > 8 ? `, ${header.bitsStored} bits` : '';
    const { rows: height, columns: width } = header;
    return { format, colorMode: `${header.photometric}${depth}`, height, width };
  }
  const sharp = await loadSharp();
  const metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
  const { height, width, space, depth, hasAlpha } = metadata;
  const color = COLORS.get(space) ?? space;
  const deep = depth === 'uchar' ? '' : `, ${DEPTHS.get(depth) ?? depth}`;
  const colorMode = `${color}${hasAlpha ? ' with alpha' : ''}${deep}`;
  return { format, colorMode, height, width, details: detailsOf(bytes, metadata) };
};

/** What else may tell where a file comes from. */
function detailsOf(bytes: ImageBytes, metadata: Metadata): Record<string, string> {
  const { exif, icc, xmp, orientation, density, chromaSubsampling, isProgressive } = metadata;
  const quantization = jpegQuantization(bytes);
  const known = {
    exif: exif && 'yes',
    camera: exif && cameraMake(exif),
    colorProfile: icc && 'yes',
    xmp: xmp && 'yes',
    orientation,
    density,
    chromaSubsampling,
    progressive: isProgressive,
    quantization: quantization?.toFixed(2),
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
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
