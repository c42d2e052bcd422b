import { resizeGeometry, type HeatMap, type InputSize } from '@graft-ml/core';

/** How a map's cells become pixels: `bicubic` passes smoothly through their middles, `bilinear` in straight lines. */
export type MapInterpolation = 'bicubic' | 'bilinear';

/** A map as large as a picture of the image. */
export interface EnlargedMap {
  /** Shape `[height, width]`, 0–1; NaN where the network did not see the image. */
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
}

/** Where a pixel's value comes from: the first of four cells, and their weights; undefined outside of what was seen. */
type Taps = { readonly first: number; readonly weights: readonly number[] } | undefined;

/**
 * Lays a map over the whole image, as the image was stretched, cut or bordered for the network.
 *
 * @param source - `[height, width]` of the image itself.
 * @param size - `[height, width]` of the picture; the same aspect.
 */
export function enlargeMap(
  map: HeatMap,
  options: { readonly source: InputSize; readonly size: InputSize; readonly interpolation: MapInterpolation },
): EnlargedMap {
  const { source, size, interpolation } = options;
  const { part, inner, left, top } = resizeGeometry(source, map.inputSize, map.resize);
  const [height, width] = size;
  const rows = axisTaps({
    pixels: height,
    source: source[0],
    part: [part.top, part.height],
    seen: [top, inner[0]],
    input: map.inputSize[0],
    cells: map.height,
    interpolation,
  });
  const columns = axisTaps({
    pixels: width,
    source: source[1],
    part: [part.left, part.width],
    seen: [left, inner[1]],
    input: map.inputSize[1],
    cells: map.width,
    interpolation,
  });
  // First along the rows: a map has few of them.
  const wide = new Float64Array(map.height * width);
  for (let row = 0; row < map.height; row += 1) {
    for (const [x, taps] of columns.entries()) {
      wide[row * width + x] = sample(taps, (cell) => map.values[row * map.width + clamp(cell, map.width)]!);
    }
  }
  const values = new Float32Array(height * width);
  for (const [y, taps] of rows.entries()) {
    for (let x = 0; x < width; x += 1) {
      const value = sample(taps, (cell) => wide[clamp(cell, map.height) * width + x]!);
      // A curve through the cells overshoots where they jump.
      values[y * width + x] = Math.min(1, Math.max(0, value));
    }
  }
  return { values, height, width };
}

interface Axis {
  /** Of the picture. */
  readonly pixels: number;
  /** Of the image. */
  readonly source: number;
  /** Which pixels of the image the network saw: the first, and how many. */
  readonly part: readonly [number, number];
  /** Where they stood in what it saw. */
  readonly seen: readonly [number, number];
  /** Length of what it saw. */
  readonly input: number;
  readonly cells: number;
  readonly interpolation: MapInterpolation;
}

function axisTaps({ pixels, source, part, seen, input, cells, interpolation }: Axis): Taps[] {
  return Array.from({ length: pixels }, (_, pixel) => {
    const place = ((pixel + 0.5) * source) / pixels - part[0];
    if (place < 0 || place > part[1]) return undefined;
    const position = ((seen[0] + (place * seen[1]) / part[1]) * cells) / input - 0.5;
    const cell = Math.floor(position);
    const t = position - cell;
    return { first: cell - 1, weights: interpolation === 'bilinear' ? [0, 1 - t, t, 0] : catmullRom(t) };
  });
}

/** Keys 1981, "Cubic convolution interpolation", a = −1/2. */
function catmullRom(t: number): readonly number[] {
  return [
    ((2 - t) * t - 1) * t * 0.5,
    ((3 * t - 5) * t * t + 2) * 0.5,
    ((4 - 3 * t) * t + 1) * t * 0.5,
    (t - 1) * t * t * 0.5,
  ];
}

function sample(taps: Taps, valueAt: (cell: number) => number): number {
  if (taps === undefined) return Number.NaN;
  let sum = 0;
  for (const [i, weight] of taps.weights.entries()) if (weight !== 0) sum += weight * valueAt(taps.first + i);
  return sum;
}

/** Beyond the border a map goes on as it ends. */
function clamp(cell: number, cells: number): number {
  return Math.min(cells - 1, Math.max(0, cell));
}
