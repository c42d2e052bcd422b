const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;

/** Where a record lies in the buffer: `end` is behind its line end. */
export interface RecordSpan {
  readonly begin: number;
  readonly end: number;
}

/**
 * Finds where records of a CSV or TSV text begin and end, byte by byte and without reading their cells: a line feed inside
 * quotes does not end a record. Records are given out whole, so that they can be copied as they are.
 */
export class RecordScanner {
  #held = Buffer.alloc(0);
  readonly #mostBytes: number;

  /** @param mostBytes - A record that is longer is damaged, such as one whose quote is never closed. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /**
   * Calls `take` for each record that ends in what was pushed so far.
   * @returns False if a record is longer than it may be.
   */
  push(chunk: Buffer, take: (buffer: Buffer, span: RecordSpan) => void): boolean {
    const buffer = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    let begin = 0;
    let quote = nextOf(buffer, QUOTE, 0);
    for (;;) {
      let line = nextOf(buffer, LINE_FEED, begin);
      // Quotes come in pairs; a line feed between two of a pair belongs to the cell.
      let isOpen = false;
      let from = begin;
      while (line < buffer.length && (quote < line || isOpen)) {
        if (quote < begin) quote = nextOf(buffer, QUOTE, begin);
        while (quote < line) {
          isOpen = !isOpen;
          quote = nextOf(buffer, QUOTE, quote + 1);
        }
        if (!isOpen) break;
        from = line + 1;
        line = nextOf(buffer, LINE_FEED, from);
      }
      if (line >= buffer.length) break;
      take(buffer, { begin, end: line + 1 });
      begin = line + 1;
    }
    this.#held = Buffer.from(buffer.subarray(begin));
    return this.#held.length <= this.#mostBytes;
  }

  /** The last record, if no line feed ends it. */
  finish(take: (buffer: Buffer, span: RecordSpan) => void): void {
    const buffer = this.#held;
    if (buffer.length > 0) take(buffer, { begin: 0, end: buffer.length });
    this.#held = Buffer.alloc(0);
  }
}

function nextOf(buffer: Buffer, byte: number, from: number): number {
  const at = buffer.indexOf(byte, from);
  return at < 0 ? buffer.length : at;
}

/** The record without its line end; its bytes are not copied. */
export function withoutLineEnd(buffer: Buffer, { begin, end }: RecordSpan): Buffer {
  let last = end;
  if (last > begin && buffer[last - 1] === LINE_FEED) last -= 1;
  if (last > begin && buffer[last - 1] === RETURN) last -= 1;
  return buffer.subarray(begin, last);
}

/** Whether a carriage return stands outside quotes, which ends a row for those who read the table. */
export function hasLoneReturn(record: Buffer): boolean {
  if (!record.includes(RETURN)) return false;
  let isOpen = false;
  for (const byte of record) {
    if (byte === RETURN && !isOpen) return true;
    if (byte === QUOTE) isOpen = !isOpen;
  }
  return false;
}

/**
 * One cell of a record.
 * @param position - From 0.
 * @returns Undefined if the record has fewer cells.
 */
export function cellOf(record: Buffer, position: number, delimiter: number): string | undefined {
  let begin = 0;
  for (let cell = 0; ; cell += 1) {
    const end = cellEnd(record, begin, delimiter);
    if (cell === position) return cellText(record.subarray(begin, end));
    if (end >= record.length) return undefined;
    begin = end + 1;
  }
}

function cellEnd(record: Buffer, begin: number, delimiter: number): number {
  if (record[begin] !== QUOTE) return nextOf(record, delimiter, begin);
  let at = begin + 1;
  for (;;) {
    at = nextOf(record, QUOTE, at);
    // Two quotes stand for one.
    if (record[at + 1] !== QUOTE) break;
    at += 2;
  }
  return nextOf(record, delimiter, Math.min(at + 1, record.length));
}

function cellText(bytes: Buffer): string {
  if (bytes[0] !== QUOTE) return bytes.toString('utf8');
  const end = bytes.lastIndexOf(QUOTE);
  return bytes.toString('utf8', 1, Math.max(end, 1)).replaceAll('""', '"');
}
