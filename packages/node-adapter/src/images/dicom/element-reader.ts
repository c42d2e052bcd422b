import { damagedDicom } from './dicom-error.js';

/** How elements are written: the part of a transfer syntax that does not concern pixels. */
export interface Encoding {
  readonly littleEndian: boolean;
  /** Whether each element states its type (value representation). */
  readonly explicit: boolean;
}

/** The head of one element; its value is not read yet. */
export interface Element {
  /** Group and number as one, such as 0x00280010. */
  readonly tag: number;
  /** Two letters; '' where types are implicit. */
  readonly type: string;
  /** Where the value begins. */
  readonly offset: number;
  /** Undefined where the value ends with a delimiter. */
  readonly length: number | undefined;
}

const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
export const SEQUENCE_END = 0xfffee0dd;
const UNDEFINED_LENGTH = 0xffffffff;

/** Types whose length takes four bytes, behind two unused ones. */
const LONG_TYPES = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

/** Reads the heads of elements one after another, and steps over values. Every length is checked against the file's. */
export class ElementReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly encoding: Encoding;
  offset: number;

  constructor(bytes: Uint8Array, encoding: Encoding, offset: number) {
    this.bytes = bytes;
    this.encoding = encoding;
    this.offset = offset;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** True where no further element can begin. */
  get atEnd(): boolean {
    return this.offset >= this.bytes.length;
  }

  uint16(offset: number): number {
    return this.#view.getUint16(offset, this.encoding.littleEndian);
  }

  int16(offset: number): number {
    return this.#view.getInt16(offset, this.encoding.littleEndian);
  }

  /** The next element's tag, without moving; undefined at the end. */
  peekTag(): number | undefined {
    return this.offset + 4 <= this.bytes.length ? this.#tagAt(this.offset) : undefined;
  }

  /** Reads an element's head and moves to its value. */
  next(encoding = this.encoding): Element {
    this.#require(8);
    const tag = this.#tagAt(this.offset);
    // Items and delimiters have no type, whatever the rest has.
    const isTyped = encoding.explicit && tag >>> 16 !== 0xfffe;
    if (!isTyped) {
      const length = this.#uint32(this.offset + 4);
      this.offset += 8;
      return this.#element(tag, '', length);
    }
    const type = String.fromCharCode(this.bytes[this.offset + 4] ?? 0, this.bytes[this.offset + 5] ?? 0);
    if (!/^[A-Z]{2}$/.test(type)) throw damagedDicom(`no element at byte ${this.offset}`);
    if (!LONG_TYPES.has(type)) {
      const length = this.uint16(this.offset + 6);
      this.offset += 8;
      return this.#element(tag, type, length);
    }
    this.#require(12);
    const length = this.#uint32(this.offset + 8);
    this.offset += 12;
    return this.#element(tag, type, length);
  }

  /** The bytes of a value of known length. */
  value(element: Element): Uint8Array {
    return this.bytes.subarray(element.offset, element.offset + (element.length ?? 0));
  }

  /**
   * Moves behind an element's value. Values without a length may hold others, to any depth: a list keeps the place, not
   * the call stack, so that a hostile file cannot exhaust it.
   */
  skip(element: Element): void {
    if (element.length !== undefined) {
      this.offset = element.offset + element.length;
      return;
    }
    this.offset = element.offset;
    // An unknown type without a length is a sequence of elements without types (PS3.5, 6.2.2, note 2).
    const open = [this.#inside(element, this.encoding)];
    while (open.length > 0) {
      const encoding = open[open.length - 1] as Encoding;
      const inner = this.next(encoding);
      if (inner.tag === SEQUENCE_END || inner.tag === ITEM_END) open.pop();
      else if (inner.length === undefined) open.push(this.#inside(inner, encoding));
      else this.offset = inner.offset + inner.length;
    }
  }

  /**
   * Moves to the first item of a sequence.
   * @returns Where the item ends; `undefined` if a delimiter ends it; `'empty'` if there is none. In the last case the
   * reader stands behind the sequence.
   */
  enterFirstItem(sequence: Element): number | undefined | 'empty' {
    const end = sequence.length === undefined ? undefined : sequence.offset + sequence.length;
    if (end !== undefined && sequence.offset >= end) return 'empty';
    this.offset = sequence.offset;
    const item = this.next();
    if (item.tag === SEQUENCE_END) return 'empty';
    if (item.tag !== ITEM) throw damagedDicom(`no item at byte ${sequence.offset}`);
    return item.length === undefined ? undefined : item.offset + item.length;
  }

  /** True for the end of an item or a sequence. */
  static isEnd(element: Element): boolean {
    return element.tag === ITEM_END || element.tag === SEQUENCE_END;
  }

  static isItem(element: Element): boolean {
    return element.tag === ITEM;
  }

  #inside(element: Element, encoding: Encoding): Encoding {
    return element.type === 'UN' ? { littleEndian: true, explicit: false } : encoding;
  }

  #element(tag: number, type: string, length: number): Element {
    const { offset } = this;
    if (length === UNDEFINED_LENGTH) return { tag, type, offset, length: undefined };
    if (length > this.bytes.length - offset) {
      throw damagedDicom(`an element at byte ${offset} has ${length} bytes, ${this.bytes.length - offset} are left`);
    }
    return { tag, type, offset, length };
  }

  #require(count: number): void {
    if (this.offset + count <= this.bytes.length) return;
    throw damagedDicom(`it ends at byte ${this.bytes.length}, inside an element`);
  }

  #tagAt(offset: number): number {
    return this.uint16(offset) * 0x10000 + this.uint16(offset + 2);
  }

  #uint32(offset: number): number {
    return this.#view.getUint32(offset, this.encoding.littleEndian);
  }
}
