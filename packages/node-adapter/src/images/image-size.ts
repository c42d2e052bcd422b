import { ImageError, isGraftError, reasonOf, type ImageBytes, type InputSize } from '@graft-ml/core';
import { parseDicom } from './dicom/parse-dicom.js';
import { DECODABLE_FORMATS, detectImageFormat } from './image-format.js';
import { uprightSize } from './sharp-pixels.js';

/**
 * Reads `[height, width]` of an image from its header, as EXIF turns it. Nothing is decoded; how many pixels may be is the
 * decoder's affair.
 * @throws ImageError if the bytes are no image that can be decoded, by their header.
 */
export async function imageSize(bytes: ImageBytes): Promise<InputSize> {
  const format = detectImageFormat(bytes);
  if (format === undefined) {
    throw new ImageError(`the file is no image by its first bytes; pass ${DECODABLE_FORMATS}`);
  }
  try {
    if (format !== 'DICOM') return await uprightSize(bytes, Number.MAX_SAFE_INTEGER);
    const { header } = await parseDicom(bytes);
    return [header.rows, header.columns];
  } catch (error) {
    if (isGraftError(error)) throw error;
    const [reason = ''] = reasonOf(error).split('\n');
    throw new ImageError(`the image's header is damaged (${reason}); replace or remove it`, { cause: error });
  }
}
