/**
 * Whose details a network follows. A paper leaves open where zeros are added, how small an epsilon is and what is done to
 * pixels; libraries chose differently, and weights are right only in the network that they were trained in.
 *
 * - `keras`: Keras Applications.
 * - `torchvision`: torchvision.
 * - `timm`: PyTorch Image Models.
 * - `timm-tf`: the networks that PyTorch Image Models took over from TensorFlow; their names begin with `tf_`.
 */
export type Dialect = 'keras' | TorchDialect;

/** Dialects whose weights files have PyTorch's names and layouts. */
export type TorchDialect = 'torchvision' | 'timm' | 'timm-tf';

/** What a dialect means for the graph of a mobile network. */
export interface GraphDetails {
  /** Of batch normalisation. */
  readonly epsilon: number;
  /**
   * Whether as many zeros stand on each side of an image that a window moves over by 2, as PyTorch has it. TensorFlow leaves out
   * those at the top and the left where a side is even.
   */
  readonly symmetric: boolean;
  /** Whether pixels come as 0–255, and the network's first layers scale them. */
  readonly scalesPixels: boolean;
}
