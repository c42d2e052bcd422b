import type { RgbImage } from '../image.js';
import { adjustBrightness } from './adjust-color.js';
import { affineMap } from './affine-augmentation.js';
import { affineTransform, checkFill, type FillOptions } from './affine-transform.js';
import type { Augmentation } from './augmentation.js';
import { shiftLevels } from './channel-shift.js';
import { describeSettings } from './describe-settings.js';
import { checkFactors, type FactorRange } from './factor-range.js';
import { mirrorImage } from './flip.js';
import { checkShift, drawShift, shiftPixels, type ShiftRange } from './shift.js';
import { checkZoom, drawZoom, type ZoomRange } from './zoom.js';

/** Settings of {@link imageDataGenerator}, with Keras' meanings and defaults. */
export interface ImageDataGeneratorOptions extends FillOptions {
  /** In degrees, to either side. Default 0. */
  readonly rotationRange?: number | undefined;
  /** Sideways. Default 0. */
  readonly widthShiftRange?: ShiftRange | undefined;
  /** Up and down. Default 0. */
  readonly heightShiftRange?: ShiftRange | undefined;
  /** In degrees, to either side. Default 0. */
  readonly shearRange?: number | undefined;
  /** `0.2` stands for `[0.8, 1.2]`. Default 0. */
  readonly zoomRange?: ZoomRange | undefined;
  /** In grey levels, to either side. Default 0. */
  readonly channelShiftRange?: number | undefined;
  /** Limits of a factor. Default: brightness is not changed. */
  readonly brightnessRange?: FactorRange | undefined;
  /** Default `false`. */
  readonly horizontalFlip?: boolean | undefined;
  /** Default `false`. */
  readonly verticalFlip?: boolean | undefined;
}

/** What was drawn, by Keras' names; `tx` (sideways) and `ty` in pixels or fractions, as the ranges were given. */
export interface ImageDataGeneratorParameters {
  readonly theta: number;
  readonly tx: number;
  readonly ty: number;
  readonly shear: number;
  readonly zx: number;
  readonly zy: number;
  readonly flipHorizontal: boolean;
  readonly flipVertical: boolean;
  /** 0: not changed. */
  readonly channelShiftIntensity: number;
  /** 1: not changed. */
  readonly brightness: number;
  readonly [name: string]: number | boolean;
}

/**
 * All of Keras' `ImageDataGenerator`: rotation, shift, shear and zoom as one affine map, then channel shift, flips and
 * brightness, in Keras' order.
 *
 * Unlike Keras 3, where it is the other way round, `widthShiftRange` shifts sideways and `heightShiftRange` up and down.
 *
 * @throws RangeError for settings out of range.
 * @see Keras `ImageDataGenerator` (oracle: oracles/augmentation.py)
 * @example `imageDataGenerator({ rotationRange: 15, zoomRange: 0.1, horizontalFlip: true })`
 */
export function imageDataGenerator(options: ImageDataGeneratorOptions): Augmentation<ImageDataGeneratorParameters> {
  const { rotationRange = 0, widthShiftRange = 0, heightShiftRange = 0, shearRange = 0, zoomRange = 0 } = options;
  const { channelShiftRange = 0, brightnessRange = 0, horizontalFlip = false, verticalFlip = false } = options;
  const fill = checkFill(options);
  const zoomLimits = checkZoom('zoomRange', zoomRange);
  const factors = checkFactors('brightnessRange', brightnessRange);
  checkShift('width', widthShiftRange);
  checkShift('height', heightShiftRange);
  for (const [name, value, most] of [
    ['rotationRange', rotationRange, 180],
    ['shearRange', shearRange, 80],
    ['channelShiftRange', channelShiftRange, 255],
  ] as const) {
    if (!(value >= 0 && value <= most)) throw new RangeError(`${name} is ${value}; pass a number from 0 to ${most}`);
  }
  const settings = {
    rotationRange,
    widthShiftRange,
    heightShiftRange,
    shearRange,
    zoomRange: zoomLimits,
    channelShiftRange,
    brightnessRange: factors,
    horizontalFlip,
    verticalFlip,
    ...fill,
  };
  return {
    name: 'imageDataGenerator',
    describe: () => describeSettings('imageDataGenerator', settings),
    draw: (random): ImageDataGeneratorParameters => ({
      theta: random.uniformBetween(-rotationRange, rotationRange),
      ty: drawShift(heightShiftRange, random),
      tx: drawShift(widthShiftRange, random),
      shear: random.uniformBetween(-shearRange, shearRange),
      ...(drawZoom(zoomLimits, random) as { zx: number; zy: number }),
      flipHorizontal: random.uniform() < 0.5 && horizontalFlip,
      flipVertical: random.uniform() < 0.5 && verticalFlip,
      channelShiftIntensity: random.uniformBetween(-channelShiftRange, channelShiftRange),
      brightness: random.uniformBetween(...factors),
    }),
    apply: (image, drawn) => {
      const tx = shiftPixels(widthShiftRange, drawn.tx, image.width);
      const ty = shiftPixels(heightShiftRange, drawn.ty, image.height);
      return applyAll(image, { ...drawn, tx, ty });
    },
  };

  function applyAll(image: RgbImage, drawn: ImageDataGeneratorParameters): RgbImage {
    const rounding = drawn.brightness === 1 || drawn.channelShiftIntensity !== 0 ? 'nearest' : 'down';
    const moved = affineTransform(image, { ...affineMap(drawn), ...fill }, rounding);
    const shifted = shiftLevels(moved, drawn.channelShiftIntensity);
    const flipped = mirrorImage(shifted, { horizontal: drawn.flipHorizontal, vertical: drawn.flipVertical });
    return adjustBrightness(flipped, drawn.brightness);
  }
}
