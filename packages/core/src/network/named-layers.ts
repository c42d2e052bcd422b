import type { BackboneBlock } from '../backbones/backbone-definition.js';
import { quoteNames } from '../errors.js';
import type { NetworkConfig } from './network-config.js';

/**
 * The layers that a user means: those of a block (`block5`, `conv5_block3`), a single layer (`block5_conv1`), or all whose names
 * begin so (`conv5`, which is all blocks of that stage; `block_1` does not mean `block_16`).
 *
 * @param backbone - The backbone's part of a network, in its order.
 * @returns Names in the network's order, at least one.
 * @throws RangeError if there are none, listing the blocks.
 */
export function namedLayers(
  name: string,
  backbone: Pick<NetworkConfig, 'layers'>,
  blocks: readonly BackboneBlock[],
): string[] {
  const names = backbone.layers.map((layer) => layer.name);
  const block = blocks.findIndex((candidate) => candidate.name === name);
  if (block >= 0) {
    const before = blocks[block - 1];
    const first = before === undefined ? 0 : names.indexOf(before.lastLayer) + 1;
    return names.slice(first, names.indexOf((blocks[block] as BackboneBlock).lastLayer) + 1);
  }
  if (names.includes(name)) return [name];
  const found = names.filter((candidate) => candidate.startsWith(name) && !/^\d/.test(candidate.slice(name.length)));
  if (name === '' || found.length === 0) {
    throw new RangeError(
      `there is no layer or block ${JSON.stringify(name)}; the blocks are ${quoteNames(blocks.map((known) => known.name))}`,
    );
  }
  return found;
}
