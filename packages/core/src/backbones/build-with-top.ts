import type { LayersModel } from '@tensorflow/tfjs-layers';
import { headConfig } from '../head/head-config.js';
import type { InputSize } from '../image.js';
import { cutNetwork } from '../network/cut-network.js';
import { joinNetworks } from '../network/join-networks.js';
import { instantiateNetwork, networkConfig } from '../network/network-config.js';
import type { HeadDefinition } from '../head/head-definition.js';
import type { BackboneDefinition } from './backbone-definition.js';
import { imagenetClassCount } from './imagenet-classes.js';

/** A backbone as its own classifier knows it: ConvNeXt's reads what comes before the backbone's last normalisation. */
export function pretrainedBackbone(backbone: BackboneDefinition): BackboneDefinition {
  const { topInput, ...facts } = backbone;
  if (topInput === undefined) return backbone;
  return {
    ...facts,
    build(inputSize) {
      const base = backbone.build(inputSize);
      try {
        return instantiateNetwork(cutNetwork(base, topInput).prefix);
      } finally {
        base.dispose();
      }
    },
  };
}

/** The classifier of 1,000 classes. @throws RangeError if the backbone was pretrained without one. */
export function requireTop({ name, top }: BackboneDefinition): HeadDefinition {
  if (top !== undefined) return top;
  throw new RangeError(`${name} was pretrained without a classifier; leave includeTop out and give it a head`);
}

/**
 * A backbone with the classifier that it was pretrained with: Keras' `include_top=True`.
 *
 * @returns `[batch, height, width, 3]` float32 in, scores of 1,000 classes out. Weights are zero, as in `backbone.build`; the
 *   caller disposes it.
 * @throws RangeError if the input size does not suit the backbone, or it had no classifier.
 */
export function buildWithTop(backbone: BackboneDefinition, inputSize: InputSize): LayersModel {
  const base = pretrainedBackbone(backbone).build(inputSize);
  try {
    const top = headConfig(requireTop(backbone), { base, classes: imagenetClassCount });
    return instantiateNetwork(joinNetworks(networkConfig(base), top));
  } finally {
    base.dispose();
  }
}
