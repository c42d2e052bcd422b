import { damagedDicom } from './dicom-error.js';

/** One marker segment of a JPEG. */
export interface JpegSegment {
  /** The marker's second byte, such as 0xC3. */
  readonly marker: number;
  /** The segment's content, without marker and length. */
  readonly content: Uint8Array;
  /** The first byte behind it. */
  readonly end: number;
}

/** What a JPEG's frame header says. */
export interface JpegFrame {
  /** 0: baseline, 1: extended, 2: progressive, 3: lossless, … */
  readonly process: number;
  /** Bits of each value. */
  readonly precision: number;
  readonly height: number;
  readonly width: number;
  readonly components: readonly JpegComponent[];
}

/** One colour of a JPEG. */
export interface JpegComponent {
  readonly id: number;
  /** Horizontal and vertical sampling factors: 0x11 for one each. */
  readonly sampling: number;
}

const START = 0xd8;
export const SCAN = 0xda;
const END = 0xd9;

/** Markers that have no content: restarts, and the start and end of an image. */
function isBare(marker: number): boolean {
  return (marker >= 0xd0 && marker <= START) || marker === 0x01;
}

/** Frame headers are 0xC0 to 0xCF, but for three markers between them. */
export function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/**
 * Reads the segment that begins at `offset`, or behind fill bytes there.
 * @returns Undefined at the end of the image, whether it is marked or not.
 */
export function nextSegment(jpeg: Uint8Array, offset: number): JpegSegment | undefined {
  let at = offset;
  for (;;) {
    if (at + 1 >= jpeg.length) return undefined;
    if (jpeg[at] !== 0xff) throw damagedDicom(`no JPEG marker at byte ${at} of its pixels`);
    const marker = jpeg[at + 1] as number;
    at += marker === 0xff ? 1 : 2;
    if (marker === END) return undefined;
    if (marker === 0xff || isBare(marker)) continue;
    const length = ((jpeg[at] ?? 0) << 8) | (jpeg[at + 1] ?? 0);
    if (length < 2 || at + length > jpeg.length) throw damagedDicom('its JPEG pixels are cut short');
    return { marker, content: jpeg.subarray(at + 2, at + length), end: at + length };
  }
}

/** Reads a frame header's content. */
export function readFrameHeader({ marker, content }: JpegSegment): JpegFrame {
  const count = content[5] ?? 0;
  if (content.length < 6 + count * 3 || count === 0) throw damagedDicom('its JPEG header is cut short');
  return {
    process: marker - 0xc0,
    precision: content[0] as number,
    height: ((content[1] as number) << 8) | (content[2] as number),
    width: ((content[3] as number) << 8) | (content[4] as number),
    components: Array.from({ length: count }, (_, i) => ({
      id: content[6 + i * 3] as number,
      sampling: content[7 + i * 3] as number,
    })),
  };
}

/** Finds a JPEG's frame header without decoding anything. */
export function findFrameHeader(jpeg: Uint8Array): JpegFrame {
  if (jpeg[0] !== 0xff || jpeg[1] !== START) throw damagedDicom('its pixels are no JPEG by their first bytes');
  for (let segment = nextSegment(jpeg, 2); segment !== undefined; segment = nextSegment(jpeg, segment.end)) {
    if (isFrameHeader(segment.marker)) return readFrameHeader(segment);
    if (segment.marker === SCAN) break;
  }
  throw damagedDicom('its JPEG pixels have no header');
}
