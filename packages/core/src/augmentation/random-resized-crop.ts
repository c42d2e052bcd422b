import { resizeBilinear } from '../preprocessing/resize-bilinear.js';
import type { Augmentation } from './augmentation.js';
import { readNumber, type AugmentationOption } from './augmentation-option.js';
import { describeSettings } from './describe-settings.js';
import { checkBox, drawBox, placeBox, type BoxParameters } from './draw-box.js';

/** Settings of {@link randomResizedCrop}. */
export interface RandomResizedCropOptions {
  /** Limits of the crop's share of the area. Default `[0.08, 1]`, as in torchvision; for small sets `[0.6, 1]` is milder. */
  readonly scale?: readonly [number, number] | undefined;
  /** Limits of its width by its height. Default `[3/4, 4/3]`. */
  readonly ratio?: readonly [number, number] | undefined;
}

/**
 * Crops a random part of the image and enlarges it, bilinearly, to the old size.
 *
 * @throws RangeError for settings out of range.
 * @see torchvision `RandomResizedCrop`; where a shape does not fit, that draws again and this takes what fits
 * @example `randomResizedCrop({ scale: [0.6, 1] })`
 */
export function randomResizedCrop(options: RandomResizedCropOptions = {}): Augmentation<BoxParameters> {
  const { scale = [0.08, 1], ratio = [3 / 4, 4 / 3] } = options;
  const ranges = checkBox('randomResizedCrop', { scale, ratio });
  return {
    name: 'randomResizedCrop',
    describe: () => describeSettings('randomResizedCrop', { scale, ratio }),
    draw: (random) => drawBox(ranges, random),
    apply: (image, drawn) => {
      const { height, width, left, top } = placeBox(drawn, image);
      const data = new Uint8Array(height * width * 3);
      for (let row = 0; row < height; row += 1) {
        const from = ((top + row) * image.width + left) * 3;
        data.set(image.data.subarray(from, from + width * 3), row * width * 3);
      }
      return resizeBilinear({ height, width, data }, [image.height, image.width]);
    },
  };
}

/** `randomResizedCrop=0.6` on the command line: the least share of the area. */
export const randomResizedCropOption: AugmentationOption = {
  name: 'randomResizedCrop',
  usage: 'randomResizedCrop=LEAST_SHARE',
  parse: (value) => randomResizedCrop({ scale: [readNumber('randomResizedCrop', value), 1] }),
};
