import type { RgbImage } from '../image.js';
import type { Augmentation } from './augmentation.js';
import { readNumber, type AugmentationOption } from './augmentation-option.js';
import { describeSettings } from './describe-settings.js';
import { applyTable, pointTable } from './point-table.js';

/** Settings of {@link channelShift}. */
export interface ChannelShiftOptions {
  /** The most that is added or taken away, in grey levels, 0–255. */
  readonly range: number;
}

/** A drawn shift, in grey levels. */
export interface ChannelShiftParameters {
  readonly intensity: number;
  readonly [name: string]: number;
}

/**
 * Adds one number, drawn evenly from [−range, range), to all levels, which stay within the image's own darkest and
 * brightest.
 *
 * @throws RangeError for a range out of range.
 * @see Keras `ImageDataGenerator(channel_shift_range=range)` (oracle: oracles/augmentation.py)
 * @example `channelShift({ range: 20 })`
 */
export function channelShift(options: ChannelShiftOptions): Augmentation<ChannelShiftParameters> {
  const { range } = options;
  if (!(range >= 0 && range <= 255)) {
    throw new RangeError(`channelShift by ${range}; pass a number of grey levels from 0 to 255`);
  }
  return {
    name: 'channelShift',
    describe: () => describeSettings('channelShift', { range }),
    draw: (random): ChannelShiftParameters => ({ intensity: random.uniformBetween(-range, range) }),
    apply: (image, { intensity }) => shiftLevels(image, intensity),
  };
}

/** Adds to all levels, within the image's own darkest and brightest. */
export function shiftLevels(image: RgbImage, intensity: number): RgbImage {
  if (intensity === 0) return image;
  let low = 255;
  let high = 0;
  for (const level of image.data) {
    if (level < low) low = level;
    if (level > high) high = level;
  }
  return applyTable(
    image,
    pointTable((level) => Math.min(high, Math.max(low, Math.floor(level + intensity + 0.5)))),
  );
}

/** `channelShift=20` on the command line. */
export const channelShiftOption: AugmentationOption = {
  name: 'channelShift',
  usage: 'channelShift=LEVELS',
  parse: (value) => channelShift({ range: readNumber('channelShift', value) }),
};
