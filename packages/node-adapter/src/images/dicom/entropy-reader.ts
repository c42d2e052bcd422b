import { damagedDicom } from './dicom-error.js';
import type { HuffmanTable } from './huffman-table.js';

/** Reads the bits of a JPEG scan, up to its next marker. */
export class EntropyReader {
  readonly #bytes: Uint8Array;
  #offset: number;
  /** The lowest `#count` bits are those that come next. */
  #bits = 0;
  #count = 0;
  /** Zeros that were put behind the scan's end, so that its last code can be looked up. */
  #invented = 0;

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes;
    this.#offset = offset;
  }

  /** Where the marker stands that ended the bits. */
  get offset(): number {
    return this.#offset;
  }

  /** Reads one difference: a category, and as many bits as it says. */
  difference(table: HuffmanTable): number {
    this.#fill();
    const entry = table.find((this.#bits >>> (this.#count - 16)) & 0xffff);
    this.#count -= entry & 31;
    const category = entry >> 5;
    if (category === 0) return 0;
    if (category === 16) return 32_768;
    this.#fill();
    this.#count -= category;
    const value = (this.#bits >>> this.#count) & ((1 << category) - 1);
    return value < 1 << (category - 1) ? value - (1 << category) + 1 : value;
  }

  /** @throws ImageError if more bits were read than there are. */
  requireWhole(): void {
    if (this.#invented > this.#count) throw damagedDicom('its JPEG pixels are cut short');
  }

  /** Moves behind the restart marker that must come now, and forgets the bits before it. */
  restart(index: number): void {
    this.requireWhole();
    const marker = 0xd0 + (index % 8);
    // Fill bytes may stand before a marker.
    while (this.#bytes[this.#offset] === 0xff && this.#bytes[this.#offset + 1] === 0xff) this.#offset += 1;
    if (this.#bytes[this.#offset] !== 0xff || this.#bytes[this.#offset + 1] !== marker) {
      throw damagedDicom('its JPEG pixels lack a restart marker');
    }
    this.#offset += 2;
    this.#bits = 0;
    this.#count = 0;
    this.#invented = 0;
  }

  /** At least 16 bits, as long as 8 more fit into 32. */
  #fill(): void {
    while (this.#count <= 16) {
      const byte = this.#bytes[this.#offset];
      if (byte === undefined || (byte === 0xff && this.#bytes[this.#offset + 1] !== 0)) {
        this.#bits = (this.#bits << 8) >>> 0;
        this.#invented += 8;
        // A scan that is cut short ends here, and not after as many zeros as the image has pixels.
        if (this.#invented > 64) throw damagedDicom('its JPEG pixels are cut short');
      } else {
        this.#bits = ((this.#bits << 8) | byte) >>> 0;
        this.#offset += byte === 0xff ? 2 : 1;
      }
      this.#count += 8;
    }
  }
}
