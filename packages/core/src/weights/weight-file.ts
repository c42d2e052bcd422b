import type { PreprocessingMode } from '../preprocessing/preprocessing.js';

/** A weight's values in Keras' layout: float32, C order. */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** One weight of a layer in a file, read only when asked for. */
export interface StoredWeight {
  /** The name in the file, for error messages: `block1_conv1/kernel:0`, `vars/0`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Reads the values. @throws WeightsError if the file is cut short here, or closed. */
  read(): Float32Array;
}

/** One layer's weights, in Keras' order (kernel, bias; gamma, beta, moving mean, moving variance). */
export interface StoredLayer {
  readonly name: string;
  /** The model within the file that the layer belongs to: `''` for the outermost, else a path such as `vgg16`. */
  readonly container: string;
  readonly weights: readonly StoredWeight[];
}

/** What a file with PyTorch's names, or what lies beside it, says of its network. */
export interface TorchFileFacts {
  /** What PyTorch Image Models calls the network: `tf_efficientnet_b0`. */
  readonly architecture?: string | undefined;
  /** How pixels were prepared when the network was trained. */
  readonly preprocessing?: PreprocessingMode | undefined;
  /** What people should know: a preparation that graft has no mode for. */
  readonly warning?: string | undefined;
}

/** An open weights file: only layers that have weights, in the file's order. */
export interface WeightFile {
  /** Path or address, for messages. */
  readonly origin: string;
  /** There if names and layouts are PyTorch's: then a layer is a module, and its weights have their full names. */
  readonly torch?: TorchFileFacts | undefined;
  readonly layers: readonly StoredLayer[];
  /** Frees the file; a second call does nothing. */
  close(): void;
}

/** A network's weights: layer name to that layer's weights in Keras' order. */
export type NetworkWeights = ReadonlyMap<string, readonly WeightTensor[]>;
