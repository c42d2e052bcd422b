import type { SymbolicTensor } from '@tensorflow/tfjs-layers';

/** What a head is built for. */
export interface HeadOptions {
  /** Number of classes, 2 or more. */
  readonly classes: number;
}

/** A classifier that is put onto a backbone's last feature map. */
export interface HeadDefinition {
  readonly name: string;
  /**
   * Adds the head's layers, all of them named.
   * @param features - The backbone's output, shape `[batch, height, width, channels]`.
   * @returns Class scores that sum to 1, shape `[batch, classes]`: a softmax layer over a layer of logits.
   */
  build(features: SymbolicTensor, options: HeadOptions): SymbolicTensor;
}
