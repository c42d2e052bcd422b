import type { RgbImage } from '@graft-ml/core';
import { colorPixels } from './color-pixels.js';
import { decodeJpegFrame } from './decode-jpeg-frame.js';
import { decodeJpegLossless } from './decode-jpeg-lossless.js';
import { firstFrame } from './encapsulated-frame.js';
import { greyLevels } from './grey-levels.js';
import { readNativePixels } from './native-pixels.js';
import { parseDicom, type DicomFile } from './parse-dicom.js';
import { layOutPixels, type PixelLayout, type StoredPixels } from './pixel-layout.js';
import { decodeRle } from './rle-pixels.js';

/**
 * Decodes the first frame of a DICOM image: uncompressed (also deflated, also big endian), JPEG baseline, JPEG lossless or
 * RLE; grey of up to 16 bits, RGB, YBR_FULL or a palette. Grey values pass through the file's rescaling and window.
 * Nothing that names a patient is read.
 *
 * @param options - The most pixels (rows × columns) that are decoded.
 * @throws ImageError if the file is damaged, too large, or written in a way that is not decoded.
 */
export async function decodeDicom(bytes: Uint8Array, { maxPixels }: { readonly maxPixels: number }): Promise<RgbImage> {
  const file = await parseDicom(bytes);
  const { header, syntax } = file;
  const layout = layOutPixels(header, maxPixels);
  const pixels = await unpack(file, layout);
  const size = { height: header.rows, width: header.columns };
  if (!header.photometric.startsWith('MONOCHROME')) {
    return { ...size, data: colorPixels(pixels, header, syntax.codec === 'jpeg') };
  }
  return { ...size, data: spread(greyLevels(pixels, header)) };
}

function spread(grey: Uint8Array): Uint8Array {
  const data = new Uint8Array(grey.length * 3);
  for (let i = 0; i < grey.length; i += 1) data.fill(grey[i] as number, i * 3, i * 3 + 3);
  return data;
}

async function unpack(file: DicomFile, layout: PixelLayout): Promise<StoredPixels> {
  const { header, syntax } = file;
  switch (syntax.codec) {
    case 'native':
      return readNativePixels(file, layout);
    case 'rle':
      return decodeRle(firstFrame(file), header, layout);
    case 'jpeg':
      return decodeJpegFrame(firstFrame(file), header);
    case 'jpeg-lossless':
      return decodeJpegLossless(firstFrame(file), header);
  }
}
