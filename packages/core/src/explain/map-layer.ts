import type { BackboneBlock } from '../backbones/backbone-definition.js';
import { quoteNames } from '../errors.js';
import type { NetworkConfig } from '../network/network-config.js';

/**
 * The layer that heat maps read: the last one with a feature map of its own. A pooling layer at a backbone's end only makes the
 * map coarser: `block5_conv3` is taken of VGG16, as is usual, not `block5_pool`.
 */
export function defaultMapLayer(backbone: NetworkConfig): string {
  const layers = new Map(backbone.layers.map((layer) => [layer.name, layer]));
  let name = backbone.output;
  for (;;) {
    const { className, inputs } = layers.get(name)!;
    if (!className.endsWith('Pooling2D')) return name;
    name = inputs[0]!;
  }
}

/**
 * The layer that a user means: a layer's own name, or a block's, which stands for its last layer.
 * @throws RangeError if there is none, listing the blocks.
 */
export function findMapLayer(
  wanted: string | undefined,
  backbone: NetworkConfig,
  blocks: readonly BackboneBlock[],
): string {
  const usual = defaultMapLayer(backbone);
  if (wanted === undefined) return usual;
  if (wanted !== backbone.input && backbone.layers.some(({ name }) => name === wanted)) return wanted;
  const block = blocks.find(({ name }) => name === wanted);
  if (block !== undefined) return block.lastLayer;
  throw new RangeError(
    `${backbone.name} has no layer ${JSON.stringify(wanted)}; the usual one is ${JSON.stringify(usual)}, its blocks are ` +
      `${quoteNames(blocks.map((block) => block.name))}, and any of its layers will do`,
  );
}
