import { featureVersion } from '../features/feature-version.js';
import type { RgbImage } from '../image.js';
import { isRecord } from '../is-record.js';
import { thumbnailSize } from '../near-duplicates/perceptual-hash.js';
import type { ImageFacts } from './image-facts.js';

/** Height and width that an image is decoded to for its descriptor. */
export const descriptorDecodeSize = 2 * thumbnailSize;

/** Steps of a histogram of grey, and of each colour channel. */
const greySteps = 32;
const colorSteps = 16;

/** What is kept of an image: enough for every probe that needs no network, and for finding look-alikes. About 1.5 kB. */
export interface ImageDescriptor {
  /** Size of the file. */
  readonly bytes: number;
  /** Undefined where nobody could inspect the file. */
  readonly facts: ImageFacts | undefined;
  /** Shape `[32, 32]`, uint8, rows from the top. */
  readonly grey: Uint8Array;
  /** Pixels of the image at 64×64 in each of 32 steps of grey, darkest first; then in 16 steps of red, of green, of blue. */
  readonly histogram: Uint16Array;
}

/** Part of the cache's key: raised with anything that changes a descriptor. */
export const descriptorVersion = `descriptor/1/${featureVersion}`;

/** @param image - The image at 64×64, antialiased. */
export function describePixels(image: RgbImage): Pick<ImageDescriptor, 'grey' | 'histogram'> {
  const grey = greyOf(image);
  return { grey: halve(grey, image.width), histogram: countLevels(image, grey) };
}

/** BT.601's weights, as Pillow and OpenCV have them. */
function greyOf({ data }: RgbImage): Uint8Array {
  const grey = new Uint8Array(data.length / 3);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = Math.round(0.299 * data[i * 3]! + 0.587 * data[i * 3 + 1]! + 0.114 * data[i * 3 + 2]!);
  }
  return grey;
}

/** Half the height and width, by Pillow's `BILINEAR` filter: a triangle over four pixels, cut off at the edges. */
function halve(grey: Uint8Array, size: number): Uint8Array {
  const half = size / 2;
  const rows = new Float64Array(size * half);
  const weights = [1, 3, 3, 1];
  const average = (at: (place: number) => number, place: number): number => {
    let [sum, total] = [0, 0];
    for (let tap = 0; tap < 4; tap++) {
      const from = 2 * place - 1 + tap;
      if (from < 0 || from >= size) continue;
      sum += weights[tap]! * at(from);
      total += weights[tap]!;
    }
    return sum / total;
  };
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < half; x++) rows[y * half + x] = average((from) => grey[y * size + from]!, x);
  }
  const result = new Uint8Array(half * half);
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) result[y * half + x] = Math.round(average((from) => rows[from * half + x]!, y));
  }
  return result;
}

function countLevels({ data }: RgbImage, grey: Uint8Array): Uint16Array {
  const counts = new Uint16Array(greySteps + 3 * colorSteps);
  for (const level of grey) counts[level >> 3]! += 1;
  for (let i = 0; i < data.length; i++) counts[greySteps + (i % 3) * colorSteps + (data[i]! >> 4)]! += 1;
  return counts;
}

// A cache keeps floats. Above 65504 it cannot round them to 16 bits, and whole numbers below 2^24 are exact in 32.
const mark = 0x7a0001;

/** A descriptor as a {@link FeatureCache} can keep it. */
export function encodeDescriptor({ bytes, facts, grey, histogram }: ImageDescriptor): Float32Array {
  const text = new TextEncoder().encode(JSON.stringify({ bytes, facts }));
  const counts = new Uint8Array(histogram.length * 2);
  for (const [i, count] of histogram.entries()) {
    counts[2 * i] = count & 255;
    counts[2 * i + 1] = count >> 8;
  }
  const packed = new Uint8Array(grey.length + counts.length + text.length);
  packed.set(grey);
  packed.set(counts, grey.length);
  packed.set(text, grey.length + counts.length);
  const result = new Float32Array(2 + Math.ceil(packed.length / 3));
  result[0] = mark;
  result[1] = packed.length;
  for (let i = 0; i < packed.length; i += 3) {
    result[2 + i / 3] = packed[i]! + 256 * (packed[i + 1] ?? 0) + 65_536 * (packed[i + 2] ?? 0);
  }
  return result;
}

/** @returns Undefined for anything that {@link encodeDescriptor} did not write. */
export function decodeDescriptor(values: Float32Array): ImageDescriptor | undefined {
  const length = values[1] ?? 0;
  const fixed = thumbnailSize ** 2 + 2 * (greySteps + 3 * colorSteps);
  if (values[0] !== mark || !(length > fixed) || values.length !== 2 + Math.ceil(length / 3)) return undefined;
  const packed = new Uint8Array((values.length - 2) * 3);
  for (let i = 2; i < values.length; i++) {
    const value = values[i]!;
    packed[(i - 2) * 3] = value & 255;
    packed[(i - 2) * 3 + 1] = (value >> 8) & 255;
    packed[(i - 2) * 3 + 2] = value >> 16;
  }
  const grey = packed.slice(0, thumbnailSize ** 2);
  const histogram = new Uint16Array(greySteps + 3 * colorSteps);
  for (let i = 0; i < histogram.length; i++) {
    histogram[i] = packed[grey.length + 2 * i]! + 256 * packed[grey.length + 2 * i + 1]!;
  }
  const rest = readRest(packed.subarray(fixed, length));
  return rest && { ...rest, grey, histogram };
}

function readRest(text: Uint8Array): Pick<ImageDescriptor, 'bytes' | 'facts'> | undefined {
  try {
    const rest: unknown = JSON.parse(new TextDecoder().decode(text));
    if (!isRecord(rest) || typeof rest['bytes'] !== 'number') return undefined;
    return { bytes: rest['bytes'], facts: rest['facts'] as ImageFacts | undefined };
  } catch {
    return undefined;
  }
}
