import type { RgbImage } from '../image.js';
import { affineTransform, combineMaps, type AffineTransform } from './affine-transform.js';
import type { Augmentation, AugmentationParameters } from './augmentation.js';

/**
 * One augmentation that does several, in their order. An empty list changes nothing. Affine ones that follow each other
 * and fill alike are one interpolation, so that the image is blurred once: rotation, shift, shear, zoom in this order equal
 * Keras' `ImageDataGenerator` with all of them.
 *
 * @example `composeAugmentations([rotate({ degrees: 15 }), flip({ horizontal: true })])`
 */
export function composeAugmentations(
  augmentations: readonly Augmentation[],
): Augmentation<readonly AugmentationParameters[]> {
  const list = [...augmentations];
  return {
    name: 'sequence',
    describe: () => `sequence(${list.map((augmentation) => augmentation.describe()).join(',')})`,
    draw: (random) => list.map((augmentation) => augmentation.draw(random)),
    apply: (image, parameters) => {
      if (parameters.length !== list.length) {
        throw new RangeError(
          `${parameters.length} parameters for ${list.length} augmentations; pass what draw returned`,
        );
      }
      return applyInOrder(image, list, parameters);
    },
  };
}

function applyInOrder(
  image: RgbImage,
  list: readonly Augmentation[],
  parameters: readonly AugmentationParameters[],
): RgbImage {
  let current = image;
  let waiting: AffineTransform | undefined;
  for (const [i, augmentation] of list.entries()) {
    const drawn = parameters[i]!;
    const transform = augmentation.affineOf?.(current, drawn);
    if (waiting && transform && fillsAlike(waiting, transform)) {
      waiting = { ...waiting, ...combineMaps(waiting, transform) };
      continue;
    }
    if (waiting) current = affineTransform(current, waiting);
    waiting = transform;
    if (!transform) current = augmentation.apply(current, drawn);
  }
  return waiting ? affineTransform(current, waiting) : current;
}

function fillsAlike(one: AffineTransform, other: AffineTransform): boolean {
  return one.fillMode === other.fillMode && (one.fillMode !== 'constant' || one.cval === other.cval);
}
