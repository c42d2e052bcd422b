import type { Augmentation } from './augmentation.js';
import { readNumber, type AugmentationOption } from './augmentation-option.js';
import { chanceAugmentation, type ChanceOptions, type ChanceParameters } from './chance-augmentation.js';
import { adjustSharpness } from './adjust-color.js';

/** Settings of {@link sharpen}. */
export interface SharpenOptions extends ChanceOptions {
  /** 0 smooths, 1 changes nothing, 2 is twice as sharp. */
  readonly factor: number;
}

/**
 * Sharpens (factor above 1) or softens (below 1), with a chance.
 *
 * @throws RangeError for settings out of range.
 * @see torchvision `RandomAdjustSharpness`, Pillow `ImageEnhance.Sharpness` (oracle: oracles/augmentation.py)
 * @example `sharpen({ factor: 2 })`
 */
export function sharpen(options: SharpenOptions): Augmentation<ChanceParameters> {
  const { factor } = options;
  if (!(factor >= 0 && factor <= 100)) {
    throw new RangeError(`sharpen with factor ${factor}; pass a factor from 0 to 100`);
  }
  return chanceAugmentation({
    name: 'sharpen',
    options,
    settings: { factor },
    change: (image) => adjustSharpness(image, factor),
  });
}

/** `sharpen=2` on the command line. */
export const sharpenOption: AugmentationOption = {
  name: 'sharpen',
  usage: 'sharpen=FACTOR',
  parse: (value) => sharpen({ factor: readNumber('sharpen', value) }),
};
