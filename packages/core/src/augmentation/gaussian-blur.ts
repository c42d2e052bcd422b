import type { Augmentation } from './augmentation.js';
import type { AugmentationOption } from './augmentation-option.js';
import { blurImage } from './blur-image.js';
import { describeSettings } from './describe-settings.js';
import { readFactors } from './factor-range.js';

/** Settings of {@link gaussianBlur}. */
export interface GaussianBlurOptions {
  /** The Gaussian's standard deviation in pixels, or the limits of a range to draw from. Default `[0.1, 2]`. */
  readonly sigma?: number | readonly [number, number] | undefined;
  /** How many pixels are averaged along each axis, odd. Default: enough for three times the largest `sigma` to each side. */
  readonly kernelSize?: number | undefined;
}

/** A drawn blur. */
export interface GaussianBlurParameters {
  readonly sigma: number;
  readonly [name: string]: number;
}

/**
 * Blurs images with a Gaussian of random width.
 *
 * @throws RangeError for settings out of range.
 * @see torchvision `GaussianBlur`, OpenCV `GaussianBlur` (oracle: oracles/augmentation.py)
 * @example `gaussianBlur({ sigma: [0.1, 1.5] })`
 */
export function gaussianBlur(options: GaussianBlurOptions = {}): Augmentation<GaussianBlurParameters> {
  const { sigma = [0.1, 2] } = options;
  const [low, high] = typeof sigma === 'number' ? [sigma, sigma] : sigma;
  if (!(low > 0 && high >= low && high <= 100)) {
    throw new RangeError(
      `gaussianBlur with sigma ${JSON.stringify(sigma)}; pass one or two numbers above 0, up to 100`,
    );
  }
  const { kernelSize = 2 * Math.ceil(3 * high) + 1 } = options;
  if (!(Number.isInteger(kernelSize) && kernelSize % 2 === 1 && kernelSize >= 1 && kernelSize <= 601)) {
    throw new RangeError(`gaussianBlur with kernelSize ${kernelSize}; pass an odd number from 1 to 601`);
  }
  return {
    name: 'gaussianBlur',
    describe: () => describeSettings('gaussianBlur', { sigma: [low, high], kernelSize }),
    draw: (random): GaussianBlurParameters => ({ sigma: random.uniformBetween(low, high) }),
    apply: (image, drawn) => blurImage(image, kernelSize, drawn.sigma),
  };
}

/** `gaussianBlur=1.5` (from 0.1 to that) or `gaussianBlur=0.5..1.5` on the command line. */
export const gaussianBlurOption: AugmentationOption = {
  name: 'gaussianBlur',
  usage: 'gaussianBlur=SIGMA|LOW..HIGH',
  parse: (value) => {
    const sigma = readFactors('gaussianBlur', value);
    return gaussianBlur({ sigma: typeof sigma === 'number' ? [Math.min(0.1, sigma), sigma] : sigma });
  },
};
