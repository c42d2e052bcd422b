/** Of each of the four words: first factor, rotation, second factor. */
type Lane = readonly [number, number, number];

const LANE1: Lane = [0x239b961b, 15, 0xab0e9789];
const LANE2: Lane = [0xab0e9789, 16, 0x38b34ae5];
const LANE3: Lane = [0x38b34ae5, 17, 0xa1e38b93];
const LANE4: Lane = [0xa1e38b93, 18, 0x239b961b];

/** A 128-bit hash as four unsigned 32-bit words. */
export type Hash128 = readonly [number, number, number, number];

/**
 * Hashes a string to 128 bits: MurmurHash3 (x86, 128 bits, seed 0) over its UTF-16 code units, low byte first.
 * Equal on every machine. Not for secrets.
 *
 * @returns Four words, each an integer in [0, 2^32).
 * @see Austin Appleby, MurmurHash3_x86_128 (oracle: oracles/splits.py, through mmh3)
 * @example `murmurHash128('graft')`
 */
export function murmurHash128(text: string): Hash128 {
  const byteCount = text.length * 2;
  const blockEnd = text.length - (text.length % 8);
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;

  for (let i = 0; i < blockEnd; i += 8) {
    h1 ^= mix(word(text, i), LANE1);
    h1 = (Math.imul(rotate(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= mix(word(text, i + 2), LANE2);
    h2 = (Math.imul(rotate(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= mix(word(text, i + 4), LANE3);
    h3 = (Math.imul(rotate(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= mix(word(text, i + 6), LANE4);
    h4 = (Math.imul(rotate(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }

  // Code units past the end read as zero, and a zero word mixes to zero: the tail needs no cases.
  h4 ^= mix(word(text, blockEnd + 6), LANE4);
  h3 ^= mix(word(text, blockEnd + 4), LANE3);
  h2 ^= mix(word(text, blockEnd + 2), LANE2);
  h1 ^= mix(word(text, blockEnd), LANE1);

  h1 ^= byteCount;
  h2 ^= byteCount;
  h3 ^= byteCount;
  h4 ^= byteCount;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = finish(h1);
  h2 = finish(h2);
  h3 = finish(h3);
  h4 = finish(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  return [h1 >>> 0, (h2 + h1) >>> 0, (h3 + h1) >>> 0, (h4 + h1) >>> 0];
}

/** Two code units as one little-endian 32-bit word; `NaN` past the end turns to 0 in `|`. */
function word(text: string, index: number): number {
  return text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function mix(value: number, [first, bits, second]: Lane): number {
  return Math.imul(rotate(Math.imul(value, first), bits), second);
}

function finish(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
