import type { RgbImage } from '../image.js';
import { adjustBrightness, adjustContrast, adjustSaturation, adjustSharpness } from './adjust-color.js';
import { affineMap, type AffineParameters } from './affine-augmentation.js';
import { affineTransform, type Fill } from './affine-transform.js';
import { autocontrastLevels, equalizeLevels, posterizeLevels, solarizeLevels } from './point-operations.js';

/** One change of a policy, and how strong. */
export interface PolicyStep {
  readonly operation: string;
  /** In the operation's own unit; 0 where it has none. */
  readonly magnitude: number;
  readonly [name: string]: string | number;
}

type Apply = (image: RgbImage, magnitude: number, fill: Fill) => RgbImage;

const moved =
  (parametersOf: (magnitude: number, image: RgbImage) => AffineParameters): Apply =>
  (image, magnitude, fill) =>
    affineTransform(image, { ...affineMap(parametersOf(magnitude, image)), ...fill });

/** A shear by a fraction: each row or column is shifted in proportion to its distance from the corner, as in torchvision. */
const sheared =
  (axis: 'x' | 'y'): Apply =>
  (image, magnitude, fill) => {
    const centred = axis === 'x' ? image.height / 2 - 0.5 : image.width / 2 - 0.5;
    const offset = magnitude * (centred + 0.5);
    return affineTransform(
      image,
      axis === 'x'
        ? { matrix: [1, 0, magnitude, 1], offset: [0, offset], ...fill }
        : { matrix: [1, magnitude, 0, 1], offset: [offset, 0], ...fill },
    );
  };

/** The operations of RandAugment and TrivialAugment. Magnitudes of colours are distances from factor 1. */
export const policyOperations: Readonly<Record<string, Apply>> = {
  identity: (image) => image,
  shearX: sheared('x'),
  shearY: sheared('y'),
  /** In pixels to the right. */
  translateX: moved((magnitude) => ({ tx: -magnitude })),
  /** In pixels down. */
  translateY: moved((magnitude) => ({ ty: -magnitude })),
  /** In fractions of the width, cut off to whole pixels. */
  translateXByFraction: moved((magnitude, { width }) => ({ tx: -Math.trunc(magnitude * width) })),
  translateYByFraction: moved((magnitude, { height }) => ({ ty: -Math.trunc(magnitude * height) })),
  /** In degrees anticlockwise. */
  rotate: moved((magnitude) => ({ theta: magnitude })),
  brightness: (image, magnitude) => adjustBrightness(image, 1 + magnitude),
  color: (image, magnitude) => adjustSaturation(image, 1 + magnitude),
  contrast: (image, magnitude) => adjustContrast(image, 1 + magnitude),
  sharpness: (image, magnitude) => adjustSharpness(image, 1 + magnitude),
  posterize: posterizeLevels,
  solarize: solarizeLevels,
  autocontrast: autocontrastLevels,
  equalize: equalizeLevels,
};

/** Which operations a policy draws from, and how strong they are at its highest magnitude. */
export interface PolicyLimits {
  readonly shear: number;
  /** In pixels, or in fractions of the size. */
  readonly translate: number;
  readonly unit: 'pixels' | 'fraction';
  readonly rotate: number;
  readonly color: number;
  /** How many bits posterising takes away. */
  readonly posterize: number;
}

/** For each operation, its magnitude at a level from 0 to 1, and whether it goes both ways. */
export function policySpace(
  limits: PolicyLimits,
): [operation: string, magnitudeOf: (level: number) => number, signed: boolean][] {
  const suffix = limits.unit === 'fraction' ? 'ByFraction' : '';
  const upTo = (most: number) => (level: number) => level * most;
  return [
    ['identity', upTo(0), false],
    ['shearX', upTo(limits.shear), true],
    ['shearY', upTo(limits.shear), true],
    [`translateX${suffix}`, upTo(limits.translate), true],
    [`translateY${suffix}`, upTo(limits.translate), true],
    ['rotate', upTo(limits.rotate), true],
    ['brightness', upTo(limits.color), true],
    ['color', upTo(limits.color), true],
    ['contrast', upTo(limits.color), true],
    ['sharpness', upTo(limits.color), true],
    ['posterize', (level) => 8 - Math.round(level * limits.posterize), false],
    ['solarize', (level) => 255 - level * 255, false],
    ['autocontrast', upTo(0), false],
    ['equalize', upTo(0), false],
  ];
}
