import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { HeadDefinition } from '../head/head-definition.js';
import type { InputSize } from '../image.js';
import type { BackboneFacts } from './backbone-facts.js';
import type { Dialect, TorchDialect } from './dialect.js';

/** A pretrained network without its classifier: a graph, what it expects of pixels, and where its blocks end. */
export interface BackboneDefinition extends BackboneFacts {
  /** Whose details the graph follows. Default: `keras`. */
  readonly dialect?: Dialect;
  /** The same network as PyTorch's libraries build it, for weights files of theirs; file names are tried in this order. */
  readonly torch?: readonly TorchBackbone[];
  /** Blocks from input to output; fine-tuning may begin at the first layer after any block's last. */
  readonly blocks: readonly BackboneBlock[];
  /** Names of the classifier's layers that a weights file may hold beyond the backbone's own. */
  readonly topLayers: readonly string[];
  /** The classifier that the network was pretrained with, on 1,000 classes: `include_top` in Keras. None: it had none. */
  readonly top?: HeadDefinition;
  /** The layer whose output that classifier reads. Default: the last. */
  readonly topInput?: string;
  /** The layer that Keras keeps a layer in, where it is a `Sequential`: files of Keras' need to know. */
  readonly kerasContainer?: (layer: string) => string | undefined;
  /**
   * Further names under which ImageNet weights (without top) circulate, best first: for networks that Keras publishes
   * none of. What Keras publishes stands in `published-weights.ts`.
   */
  readonly imagenetFiles?: readonly string[];
  /**
   * Builds the graph: `[batch, height, width, 3]` float32 in, the last block's activations out.
   * Weights are zero: values are kept apart, see `NetworkWeights`. A tfjs backend must be set. The caller disposes it.
   * @throws RangeError if a side is no whole number or is below `minimumSize`, or if both make more than 2^22 pixels.
   */
  build(inputSize: InputSize): LayersModel;
}

/** A named run of layers. */
export interface BackboneBlock {
  readonly name: string;
  readonly lastLayer: string;
}

/** A network as one of PyTorch's libraries builds it, and where their weights files keep what belongs to a layer. */
export interface TorchBackbone {
  readonly dialect: TorchDialect;
  readonly backbone: BackboneDefinition;
  /** The module with a layer's weights: `layer1.0.conv1` for `conv2_block1_1_conv`. */
  readonly moduleOf: (layer: string) => string;
  /** The first convolution's module, by which files of the libraries are told apart. */
  readonly stem: string;
  /** Modules of the classifier, which a file may hold beyond the backbone's own. */
  readonly topModules: readonly string[];
}
