import { decodePlanes, height, isGrey, OK, width } from './jpeg';
import { allocate, resetArena, ZIGZAG } from './memory';
import { takeRowsFromPixels, takeRowsFromPlanes } from './rows';
import { setGeometry } from './geometry';
import { resizeAntialias, resizeBilinear } from './resize';
import { resizeAntialiasGrey, resizeBilinearGrey } from './resize-grey';

// What JavaScript calls, in this order: begin, then decode or usePixels, then resize.

let sourceWidth: i32 = 0;
let sourceHeight: i32 = 0;
let sourceIsGrey: bool = false;

writeZigzag();

/** From zigzag order to rows and columns: walks the diagonals. */
function writeZigzag(): void {
  let x: i32 = 0;
  let y: i32 = 0;
  let up = true;
  for (let k: usize = 0; k < 80; k++) {
    store<u8>(ZIGZAG + k, k < 64 ? <u8>(y * 8 + x) : 63);
    if (up) {
      if (x === 7) (y++, (up = false));
      else if (y === 0) (x++, (up = false));
      else (x++, y--);
    } else {
      if (y === 7) (x++, (up = true));
      else if (x === 0) (y++, (up = true));
      else (x--, y++);
    }
  }
}

/** Forgets the image before. @returns Where to write `length` bytes. */
export function begin(length: i32): usize {
  resetArena();
  return allocate(length);
}

/** Decodes a JPEG that was written to `start`. @returns False if it is none of the kind that is decoded here. */
export function decode(start: usize, length: i32, maxPixels: i32): bool {
  if (decodePlanes(start, length, maxPixels) !== OK) return false;
  sourceWidth = width;
  sourceHeight = height;
  sourceIsGrey = isGrey;
  if (!isGrey) takeRowsFromPlanes();
  return true;
}

/** Takes RGB pixels that were written to `start`. */
export function usePixels(start: usize, columns: i32, rows: i32): void {
  sourceWidth = columns;
  sourceHeight = rows;
  sourceIsGrey = false;
  takeRowsFromPixels(start, columns);
}

export function imageWidth(): i32 {
  return sourceWidth;
}

export function imageHeight(): i32 {
  return sourceHeight;
}

/** Brings a part of the image to a size. @returns Where the RGB pixels lie. */
export function resize(x: i32, y: i32, columns: i32, rows: i32, toColumns: i32, toRows: i32, antialias: bool): usize {
  setGeometry(x, y, columns, rows, toColumns, toRows);
  if (sourceIsGrey) return antialias ? resizeAntialiasGrey() : resizeBilinearGrey();
  return antialias ? resizeAntialias(sourceWidth) : resizeBilinear(sourceWidth);
}
