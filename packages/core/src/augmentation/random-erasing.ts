import type { Augmentation } from './augmentation.js';
import { readNumberOr, type AugmentationOption } from './augmentation-option.js';
import { checkProbability, type ChanceOptions } from './chance-augmentation.js';
import { describeSettings } from './describe-settings.js';
import { checkBox, drawBox, placeBox, type BoxParameters } from './draw-box.js';

/** Settings of {@link randomErasing}. */
export interface RandomErasingOptions extends ChanceOptions {
  /** Limits of the rectangle's share of the area. Default `[0.02, 0.33]`. */
  readonly scale?: readonly [number, number] | undefined;
  /** Limits of its width by its height. Default `[0.3, 3.3]`. */
  readonly ratio?: readonly [number, number] | undefined;
  /** The grey level it gets, 0–255, or one for each of red, green and blue. Default 0. */
  readonly value?: number | readonly [number, number, number] | undefined;
}

/** A drawn rectangle, and whether it is erased. */
export interface RandomErasingParameters extends BoxParameters {
  readonly applied: boolean;
}

/**
 * Paints a random rectangle over, with a chance: a model must then not rely on one spot.
 *
 * @throws RangeError for settings out of range.
 * @see torchvision `RandomErasing`; Zhong et al., "Random Erasing Data Augmentation", 2017
 * @example `randomErasing({ probability: 0.25, value: 128 })`
 */
export function randomErasing(options: RandomErasingOptions = {}): Augmentation<RandomErasingParameters> {
  const { scale = [0.02, 0.33], ratio = [0.3, 3.3], value = 0 } = options;
  const probability = checkProbability('randomErasing', options.probability ?? 0.5);
  const ranges = checkBox('randomErasing', { scale, ratio });
  const color = typeof value === 'number' ? [value, value, value] : value;
  if (!color.every((level) => level >= 0 && level <= 255)) {
    throw new RangeError(`randomErasing with value ${JSON.stringify(value)}; pass grey levels from 0 to 255`);
  }
  return {
    name: 'randomErasing',
    describe: () => describeSettings('randomErasing', { scale, ratio, value: color, probability }),
    draw: (random): RandomErasingParameters => ({
      applied: random.uniform() < probability,
      ...drawBox(ranges, random),
    }),
    apply: (image, drawn) => {
      if (!drawn.applied) return image;
      const box = placeBox(drawn, image);
      const data = image.data.slice();
      for (let row = box.top; row < box.top + box.height; row += 1) {
        const begin = (row * image.width + box.left) * 3;
        for (let i = begin; i < begin + box.width * 3; i += 3) data.set(color, i);
      }
      return { height: image.height, width: image.width, data };
    },
  };
}

/** `randomErasing` or `randomErasing=0.25` on the command line. */
export const randomErasingOption: AugmentationOption = {
  name: 'randomErasing',
  usage: 'randomErasing[=PROBABILITY]',
  standsAlone: true,
  parse: (value) => randomErasing({ probability: readNumberOr('randomErasing', value, 0.5) }),
};
