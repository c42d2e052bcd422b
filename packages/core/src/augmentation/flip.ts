import type { RgbImage } from '../image.js';
import type { Augmentation } from './augmentation.js';
import { requireChoice, type AugmentationOption } from './augmentation-option.js';

/** Settings of {@link flip}: at least one is true. */
export interface FlipOptions {
  /** Mirror left and right, half of the time. Default `false`. */
  readonly horizontal?: boolean | undefined;
  /** Mirror top and bottom, half of the time. Default `false`. */
  readonly vertical?: boolean | undefined;
}

/** Drawn flips. */
export interface FlipParameters {
  readonly horizontal: boolean;
  readonly vertical: boolean;
  readonly [name: string]: boolean;
}

/**
 * Mirrors images, each allowed way with a chance of one half, independently.
 *
 * @throws RangeError if neither way is allowed.
 * @see Keras `ImageDataGenerator(horizontal_flip=…, vertical_flip=…)` (oracle: oracles/augmentation.py)
 * @example `flip({ horizontal: true })`
 */
export function flip(options: FlipOptions): Augmentation<FlipParameters> {
  const { horizontal = false, vertical = false } = options;
  if (!horizontal && !vertical) {
    throw new RangeError('flip neither horizontally nor vertically; pass horizontal: true or vertical: true');
  }
  return {
    name: 'flip',
    describe: () => `flip(horizontal=${horizontal},vertical=${vertical})`,
    draw: (random) => {
      // Both are always drawn: allowing one does not shift the draws of the other.
      const across = random.uniform() < 0.5;
      const down = random.uniform() < 0.5;
      return { horizontal: horizontal && across, vertical: vertical && down };
    },
    apply: mirrorImage,
  };
}

/** Mirrors left and right, top and bottom, or both. */
export function mirrorImage(image: RgbImage, { horizontal, vertical }: FlipParameters): RgbImage {
  if (!horizontal && !vertical) return image;
  const { height, width, data: source } = image;
  const data = new Uint8Array(source.length);
  let target = 0;
  for (let row = 0; row < height; row += 1) {
    const start = (vertical ? height - 1 - row : row) * width;
    for (let column = 0; column < width; column += 1) {
      const from = (start + (horizontal ? width - 1 - column : column)) * 3;
      data[target] = source[from]!;
      data[target + 1] = source[from + 1]!;
      data[target + 2] = source[from + 2]!;
      target += 3;
    }
  }
  return { height, width, data };
}

/** `flip=horizontal` on the command line. */
export const flipOption: AugmentationOption = {
  name: 'flip',
  usage: 'flip=horizontal|vertical|both',
  parse: (value) => {
    const way = requireChoice('flip', value, ['horizontal', 'vertical', 'both']);
    return flip({ horizontal: way !== 'vertical', vertical: way !== 'horizontal' });
  },
};
