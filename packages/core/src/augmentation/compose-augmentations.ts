import type { Augmentation, AugmentationParameters } from './augmentation.js';

/**
 * One augmentation that does several, in their order. An empty list changes nothing.
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
      return list.reduce((current, augmentation, i) => augmentation.apply(current, parameters[i]!), image);
    },
  };
}
