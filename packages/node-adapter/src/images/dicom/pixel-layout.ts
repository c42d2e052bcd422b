import { ImageError } from '@graft-ml/core';
import { damagedDicom, unsupportedDicom } from './dicom-error.js';
import type { DicomHeader } from './dicom-header.js';

/** Stored values of one frame, before they mean anything: pixel by pixel, samples of a pixel side by side. */
export type StoredPixels = Uint8Array | Uint16Array;

/** How many bytes a frame has when nothing packs it. */
export interface PixelLayout {
  /** Rows × columns. */
  readonly pixels: number;
  /** Pixels × samples of each. */
  readonly samples: number;
  readonly bytesPerSample: 1 | 2;
}

const GREY = ['MONOCHROME1', 'MONOCHROME2', 'PALETTE COLOR'];
const COLOR = ['RGB', 'YBR_FULL', 'YBR_FULL_422'];

/**
 * Checks everything that decides how much memory pixels take, before any is taken.
 * @throws ImageError for an image that is too large, contradicts itself, or is of a kind that is not decoded.
 */
export function layOutPixels(header: DicomHeader, maxPixels: number): PixelLayout {
  const { rows, columns, samplesPerPixel, photometric, bitsAllocated, bitsStored, highBit, planar } = header;
  const pixels = rows * columns;
  if (pixels === 0) throw damagedDicom(`it has ${rows}×${columns} pixels`);
  if (pixels > maxPixels) {
    throw new ImageError(`the image has ${rows}×${columns} pixels, at most ${maxPixels} are decoded; make it smaller`);
  }
  if (bitsAllocated !== 8 && bitsAllocated !== 16) {
    throw unsupportedDicom(`has ${bitsAllocated} bits for each value`, 'convert it to 8 or 16');
  }
  if (bitsStored < 1 || bitsStored > bitsAllocated || highBit >= bitsAllocated || highBit < bitsStored - 1) {
    throw damagedDicom(`${bitsStored} bits up to bit ${highBit} do not fit into ${bitsAllocated}`);
  }
  const known = GREY.includes(photometric) ? 1 : COLOR.includes(photometric) ? 3 : undefined;
  if (known === undefined) {
    throw unsupportedDicom(
      'has an unknown photometric interpretation',
      `convert it to ${[...GREY, ...COLOR].join(', ')}`,
    );
  }
  if (samplesPerPixel !== known || planar > 1) {
    throw damagedDicom(`${samplesPerPixel} values for each pixel, expected ${known}`);
  }
  return { pixels, samples: pixels * samplesPerPixel, bytesPerSample: bitsAllocated === 8 ? 1 : 2 };
}

/** Brings planes, all red first, into pixels. */
export function interleave(planes: StoredPixels, samplesPerPixel: number): StoredPixels {
  if (samplesPerPixel === 1) return planes;
  const pixels = planes.length / samplesPerPixel;
  const result = planes instanceof Uint16Array ? new Uint16Array(planes.length) : new Uint8Array(planes.length);
  for (let sample = 0; sample < samplesPerPixel; sample += 1) {
    for (let i = 0; i < pixels; i += 1) result[i * samplesPerPixel + sample] = planes[sample * pixels + i] as number;
  }
  return result;
}
