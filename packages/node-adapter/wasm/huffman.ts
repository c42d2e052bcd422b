import { HUFFMAN, HUFFMAN_SIZE } from './memory';

// A table: 1,024 entries by the next 10 bits, then for codes of 11 to 16 bits the largest code and the place of its symbol,
// then the symbols.
//
// An entry: bits 0–7 how many bits it uses, 0 where the code is longer; 8–15 the symbol; 16–31 the coefficient, where code
// and coefficient fit into the 10 bits, else 0.
export const LOOKUP_BITS = 10;
export const LARGEST: usize = 4096;
export const OFFSET: usize = 4096 + 128;
export const SYMBOLS: usize = 4096 + 256;

/** @param index - 0–3 for DC, 4–7 for AC. */
export function huffmanTable(index: u32): usize {
  return HUFFMAN + <usize>index * HUFFMAN_SIZE;
}

/** Marks all tables as not defined. */
export function clearHuffmanTables(): void {
  for (let i: u32 = 0; i < 8; i++) {
    const table = huffmanTable(i);
    memory.fill(table, 0, 4096);
    for (let length: usize = 0; length < 18; length++) store<i32>(table + LARGEST + (length << 2), -1);
  }
}

/**
 * @param counts - Sixteen bytes: how many codes have 1, 2, … bits.
 * @param total - Their sum; so many symbols follow the counts.
 * @returns False if the codes do not fit.
 */
export function buildHuffmanTable(table: usize, counts: usize, total: u32): bool {
  const symbols = counts + 16;
  memory.fill(table, 0, 4096);
  memory.copy(table + SYMBOLS, symbols, total);
  let code: i32 = 0;
  let symbol: i32 = 0;
  for (let length: i32 = 1; length <= 16; length++) {
    const count: i32 = load<u8>(counts + length - 1);
    store<i32>(table + OFFSET + (length << 2), symbol - code);
    store<i32>(table + LARGEST + (length << 2), count > 0 ? code + count - 1 : -1);
    if (code + count > 1 << length) return false;
    for (let i: i32 = 0; i < count; i++) {
      if (length <= LOOKUP_BITS) fillLookup(table, code, length, load<u8>(symbols + symbol));
      code++;
      symbol++;
    }
    code <<= 1;
  }
  return true;
}

function fillLookup(table: usize, code: i32, length: i32, symbol: i32): void {
  const size = symbol & 15;
  const spare = LOOKUP_BITS - length;
  for (let rest: i32 = 0; rest < 1 << spare; rest++) {
    let entry: u32 = (symbol << 8) | length;
    if (size > 0 && size <= spare) {
      const value = extend(rest >> (spare - size), size);
      entry = (value << 16) | (symbol << 8) | (length + size);
    }
    store<u32>(table + (((code << spare) | rest) << 2), entry);
  }
}

/** A coefficient from its bits: those that begin with 0 are negative. */
export function extend(bits: i32, size: i32): i32 {
  return bits + (((bits >>> (size - 1)) - 1) & ((-1 << size) + 1));
}
