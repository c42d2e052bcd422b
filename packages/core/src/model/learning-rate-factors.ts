import type { Variable } from '@tensorflow/tfjs-core';
import type { BackboneBlock } from '../backbones/backbone-definition.js';
import { namedLayers } from '../network/named-layers.js';
import type { NetworkConfig } from '../network/network-config.js';
import type { NetworkRunner } from '../network/run-network.js';
import { checkPositive } from '../training/check-number.js';
import type { FineTuneOptions } from './fine-tune-options.js';

/** What {@link learningRateFactors} needs. */
export interface RateContext {
  readonly suffix: NetworkRunner;
  readonly backbone: NetworkConfig;
  readonly blocks: readonly BackboneBlock[];
  readonly learningRate: number;
}

/**
 * What the learning rate of each weight is multiplied by, where parts of the backbone have rates of their own.
 * @returns Undefined where all take the same.
 * @throws RangeError for an unknown part, one that does not train, or a rate that is not above 0.
 */
export function learningRateFactors(
  { learningRates = {}, blockDecay = 1 }: Pick<FineTuneOptions, 'learningRates' | 'blockDecay'>,
  { suffix, backbone, blocks, learningRate }: RateContext,
): ReadonlyMap<Variable, number> | undefined {
  checkPositive('blockDecay', blockDecay);
  const factors = new Map<string, number>();
  for (const [distance, block] of [...blocks].reverse().entries()) {
    if (blockDecay === 1) break;
    for (const name of namedLayers(block.name, backbone, blocks)) factors.set(name, blockDecay ** (distance + 1));
  }
  const training = new Set(suffix.network.layers.filter((layer) => layer.trainable).map(({ name }) => name));
  for (const [part, rate] of Object.entries(learningRates)) {
    checkPositive(`learningRates.${part}`, rate);
    const names = namedLayers(part, backbone, blocks);
    if (!names.some((name) => training.has(name))) {
      throw new RangeError(
        `learningRates names ${JSON.stringify(part)}, which stays frozen; unfreeze it, or leave it out`,
      );
    }
    for (const name of names) factors.set(name, rate / learningRate);
  }
  if (factors.size === 0) return undefined;
  return new Map(
    suffix.network.layers.flatMap((layer) =>
      layer.trainableWeights.map((weight) => [weight.read() as Variable, factors.get(layer.name) ?? 1] as const),
    ),
  );
}
