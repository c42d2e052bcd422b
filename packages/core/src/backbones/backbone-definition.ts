import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { InputSize } from '../image.js';
import type { PreprocessingMode } from '../preprocessing/preprocessing.js';

/** A pretrained network without its classifier: a graph, what it expects of pixels, and where its blocks end. */
export interface BackboneDefinition {
  /** As in `keras.applications`, lower case. */
  readonly name: string;
  /** The input size that its weights were trained at. */
  readonly inputSize: InputSize;
  /** The smallest height and width that it can take, in pixels. */
  readonly minimumSize: number;
  readonly preprocessing: PreprocessingMode;
  /** Blocks from input to output; fine-tuning may begin at the first layer after any block's last. */
  readonly blocks: readonly BackboneBlock[];
  /** Names of the classifier's layers that a weights file may hold beyond the backbone's own. */
  readonly topLayers: readonly string[];
  /**
   * Further names under which ImageNet weights (without top) circulate, best first: for networks that Keras publishes
   * none of. What Keras publishes stands in `published-weights.ts`.
   */
  readonly imagenetFiles?: readonly string[];
  /**
   * Builds the graph: `[batch, height, width, 3]` float32 in, the last block's activations out.
   * Weights are zero: values are kept apart, see `NetworkWeights`. A tfjs backend must be set. The caller disposes it.
   * @throws RangeError if a side is no whole number or is below `minimumSize`.
   */
  build(inputSize: InputSize): LayersModel;
}

/** A named run of layers. */
export interface BackboneBlock {
  readonly name: string;
  readonly lastLayer: string;
}
