import { ImageError, type ImageBytes, type InputSize, type ResizeOptions, type RgbImage } from '@graft-ml/core';
import type { Sharp } from 'sharp';
import { loadSharp } from './load-sharp.js';

/** How an image is opened. */
export interface OpenSharpOptions {
  readonly maxPixels: number;
  /** What a decoder may say of a file and still give its pixels: nothing, or warnings. */
  readonly failOn: 'warning' | 'error';
}

/** An image in libvips: upright, over black, in sRGB. Of several frames the first. Nothing is decoded yet. */
export async function openSharp(bytes: ImageBytes, { maxPixels, failOn }: OpenSharpOptions): Promise<Sharp> {
  const sharp = await loadSharp();
  return sharp(bytes, { failOn, limitInputPixels: maxPixels, ignoreIcc: true })
    .autoOrient()
    .flatten({ background: '#000' })
    .toColourspace('srgb');
}

/**
 * Reads `[height, width]`, as EXIF turns it, from the header.
 * @throws What sharp throws for a damaged header, or more than `maxPixels` pixels.
 */
export async function uprightSize(bytes: ImageBytes, maxPixels: number): Promise<InputSize> {
  const sharp = await loadSharp();
  const { height, width, autoOrient } = await sharp(bytes, { limitInputPixels: maxPixels }).metadata();
  return [autoOrient.height || height, autoOrient.width || width];
}

/** Resizes while decoding, in strips and, where the format allows, from a smaller version: for large images. */
export function resizeWithSharp(image: Sharp, { size, resize = 'stretch' }: ResizeOptions): Promise<RgbImage> {
  const [height, width] = size;
  const fit = resize === 'stretch' ? 'fill' : resize;
  return readSharp(image.resize({ width, height, fit, kernel: 'linear', position: 'centre', background: '#000' }));
}

/** Decodes to RGB. */
export async function readSharp(image: Sharp): Promise<RgbImage> {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { height, width, channels } = info;
  if (channels === 3) return { height, width, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
  if (channels === 1) return { height, width, data: spreadGrey(data) };
  throw new ImageError(`the image has ${channels} channels after decoding, expected 3; convert it to RGB`);
}

function spreadGrey(grey: Uint8Array): Uint8Array {
  const data = new Uint8Array(grey.length * 3);
  for (let i = 0, to = 0; i < grey.length; i += 1) {
    const value = grey[i]!;
    data[to++] = value;
    data[to++] = value;
    data[to++] = value;
  }
  return data;
}
