import type { RandomGenerator } from '../random/keyed-random.js';
import { affineAugmentation } from './affine-augmentation.js';
import type { FillOptions } from './affine-transform.js';
import type { Augmentation } from './augmentation.js';
import { readNumber, type AugmentationOption } from './augmentation-option.js';

/** A factor's deviation from 1 to either side, or its limits `[low, high]`. */
export type ZoomRange = number | readonly [number, number];

/** Settings of {@link zoom}. */
export interface ZoomOptions extends FillOptions {
  /** Below 1 makes the image larger. `0.2` stands for `[0.8, 1.2]`. */
  readonly range: ZoomRange;
}

/** A drawn zoom: how many columns and rows of the image one of the output spans. */
export interface ZoomParameters {
  readonly zx: number;
  readonly zy: number;
  readonly [name: string]: number;
}

/**
 * Zooms images about their centre, columns and rows each by a factor of their own, as Keras does.
 *
 * @throws RangeError for settings out of range.
 * @see Keras `ImageDataGenerator(zoom_range=range)` (oracle: oracles/augmentation.py)
 * @example `zoom({ range: [0.8, 1] })`
 */
export function zoom(options: ZoomOptions): Augmentation<ZoomParameters> {
  const { range, ...fill } = options;
  const limits = checkZoom('zoom', range);
  return affineAugmentation({
    name: 'zoom',
    settings: { range: limits },
    fill,
    draw: (random) => drawZoom(limits, random),
    affineOf: ({ zx, zy }) => ({ zx, zy }),
  });
}

/** @throws RangeError unless both limits are above 0 and in order. */
export function checkZoom(name: string, range: ZoomRange): readonly [number, number] {
  const [low, high] = typeof range === 'number' ? [1 - range, 1 + range] : range;
  if (low > 0 && high >= low && high <= 100) return [low, high];
  throw new RangeError(
    `${name} by ${JSON.stringify(range)}; pass a number from 0 to below 1, or two factors from above 0 to 100`,
  );
}

/** Both factors are always drawn. */
export function drawZoom([low, high]: readonly [number, number], random: RandomGenerator): ZoomParameters {
  return { zx: random.uniformBetween(low, high), zy: random.uniformBetween(low, high) };
}

/** `zoom=0.1` on the command line. */
export const zoomOption: AugmentationOption = {
  name: 'zoom',
  usage: 'zoom=RANGE',
  parse: (value, fill) => zoom({ range: readNumber('zoom', value), ...fill }),
};
