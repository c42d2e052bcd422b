import type { RgbImage } from '../image.js';
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from './adjust-color.js';
import type { Augmentation } from './augmentation.js';
import type { AugmentationOption } from './augmentation-option.js';
import { describeSettings } from './describe-settings.js';
import { checkFactors, readFactors, type FactorRange } from './factor-range.js';

/** Settings of {@link colorJitter}: at least one is given. */
export interface ColorJitterOptions {
  /** `0.2` stands for `[0.8, 1.2]`. Default: not changed. */
  readonly brightness?: FactorRange | undefined;
  readonly contrast?: FactorRange | undefined;
  readonly saturation?: FactorRange | undefined;
  /** The largest turn to either side, in full turns of the colour circle, 0–0.5; or limits from −0.5 to 0.5. */
  readonly hue?: number | readonly [number, number] | undefined;
}

/** Drawn factors, and the order in which they are applied. A quality that is not to change is left out. */
export interface ColorJitterParameters {
  readonly order: readonly string[];
  readonly factors: Readonly<Record<string, number>>;
  readonly [name: string]: readonly string[] | Readonly<Record<string, number>>;
}

const adjustments: Readonly<Record<string, (image: RgbImage, factor: number) => RgbImage>> = {
  brightness: adjustBrightness,
  contrast: adjustContrast,
  saturation: adjustSaturation,
  hue: adjustHue,
};

/**
 * Changes brightness, contrast, saturation and hue, each by a factor of its own, in random order.
 *
 * @throws RangeError for settings out of range, or if none is given.
 * @see torchvision `ColorJitter` on Pillow's images (oracle: oracles/augmentation.py)
 * @example `colorJitter({ brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.05 })`
 */
export function colorJitter(options: ColorJitterOptions): Augmentation<ColorJitterParameters> {
  const { brightness, contrast, saturation, hue } = options;
  const ranges: [quality: string, range: readonly [number, number]][] = [];
  for (const [quality, range] of Object.entries({ brightness, contrast, saturation })) {
    if (range !== undefined) ranges.push([quality, checkFactors(quality, range)]);
  }
  if (hue !== undefined) ranges.push(['hue', checkHue(hue)]);
  if (ranges.length === 0) {
    throw new RangeError('colorJitter changes nothing; pass brightness, contrast, saturation or hue');
  }
  return {
    name: 'colorJitter',
    describe: () => describeSettings('colorJitter', Object.fromEntries(ranges)),
    draw: (random): ColorJitterParameters => ({
      order: random.shuffle(ranges.map(([quality]) => quality)),
      factors: Object.fromEntries(ranges.map(([quality, range]) => [quality, random.uniformBetween(...range)])),
    }),
    apply: (image, { order, factors }) =>
      order.reduce((current, quality) => adjustments[quality]!(current, factors[quality]!), image),
  };
}

function checkHue(hue: number | readonly [number, number]): readonly [number, number] {
  const [low, high] = typeof hue === 'number' ? [-hue, hue] : hue;
  if (low >= -0.5 && high >= low && high <= 0.5) return [low, high];
  throw new RangeError(`hue by ${JSON.stringify(hue)}; pass a number from 0 to 0.5, or two from -0.5 to 0.5`);
}

/** `colorJitter=0.2` on the command line: brightness, contrast and saturation. */
export const colorJitterOption: AugmentationOption = {
  name: 'colorJitter',
  usage: 'colorJitter=RANGE|LOW..HIGH',
  parse: (value) => {
    const range = readFactors('colorJitter', value);
    return colorJitter({ brightness: range, contrast: range, saturation: range });
  },
};
