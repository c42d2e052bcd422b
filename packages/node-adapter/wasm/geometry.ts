import { allocate } from './memory';

// The part of the source that is wanted, and the size that it is brought to.
export let cropX: i32 = 0;
export let cropY: i32 = 0;
export let cropWidth: i32 = 0;
export let cropHeight: i32 = 0;
export let outWidth: i32 = 0;
export let outHeight: i32 = 0;
/** The result: RGB, `outHeight · outWidth · 3` bytes. */
export let out: usize = 0;

export function setGeometry(x: i32, y: i32, columns: i32, rows: i32, toColumns: i32, toRows: i32): void {
  cropX = x;
  cropY = y;
  cropWidth = columns;
  cropHeight = rows;
  outWidth = toColumns;
  outHeight = toRows;
  out = allocate(<usize>outWidth * outHeight * 3);
}
