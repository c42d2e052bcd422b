/** One of the eight ways to lay a square: bit 0 flips up and down, bit 1 left and right, bit 2 exchanges rows and columns. */
export type Turn = number;

/** Where a square lies in an image, and how it is laid. */
export interface Cut {
  readonly top: number;
  readonly left: number;
  readonly size: number;
  readonly turn: Turn;
}

/**
 * Copies a square of an RGB image, turned.
 * @param source - The image and its width in pixels.
 * @param target - As long as the square.
 */
export function cutImage(source: { image: Uint8Array; width: number }, cut: Cut, target: Uint8Array): void {
  const { image, width } = source;
  const { top, left, size, turn } = cut;
  const [flipRows, flipColumns, exchange] = [(turn & 1) > 0, (turn & 2) > 0, (turn & 4) > 0];
  let at = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let [fromRow, fromColumn] = exchange ? [column, row] : [row, column];
      if (flipRows) fromRow = size - 1 - fromRow;
      if (flipColumns) fromColumn = size - 1 - fromColumn;
      const from = ((top + fromRow) * width + left + fromColumn) * 3;
      target[at++] = image[from]!;
      target[at++] = image[from + 1]!;
      target[at++] = image[from + 2]!;
    }
  }
}
