// Memory by hand: fixed tables first, then an arena that each image begins anew. Nothing is collected, nothing is shared.

/** From zigzag order to the place in a block; 16 further entries catch a run that leaves the block. */
export const ZIGZAG: usize = 0x400;
/** Four tables of 64 16-bit divisors, in zigzag order. */
export const QUANT: usize = 0x500;
/** Four tables for DC, then four for AC: see huffman.ts. */
export const HUFFMAN: usize = 0x800;
export const HUFFMAN_SIZE: usize = 4608;
/** The block that is being decoded: 64 16-bit coefficients. */
export const BLOCK: usize = 0x9900;
/** Three components of 32 bytes: see jpeg.ts. */
export const COMPONENTS: usize = 0x9a00;

const ARENA: usize = 0x10000;
let top: usize = ARENA;

/** Forgets everything but the fixed tables. */
export function resetArena(): void {
  top = ARENA;
}

/** Room for `size` bytes and 64 more, which wide loads and stores may touch; traps where the memory ends. */
export function allocate(size: usize): usize {
  const place = (top + 63) & ~63;
  top = place + size + 64;
  const pages = <i32>((top + 0xffff) >>> 16);
  const missing = pages - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) unreachable();
  return place;
}
