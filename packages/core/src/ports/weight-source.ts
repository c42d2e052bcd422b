import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import type { ImagenetClass } from '../backbones/imagenet-classes.js';
import type { ProgressListener } from '../progress.js';
import type { WeightFile } from '../weights/weight-file.js';

/** The surroundings of {@link WeightSource.open}. */
export interface OpenWeightsOptions {
  /** Told of the bytes of a file that has to be fetched (`download`). */
  readonly onProgress?: ProgressListener | undefined;
  /** Receives lines for people: what was ignored, what is waited for. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Ends the work. */
  readonly signal?: AbortSignal | undefined;
  /** Whether `imagenet` means the file with the classifier of 1,000 classes. Default: false. */
  readonly includeTop?: boolean | undefined;
}

/** Port: finds pretrained weights. Implementations: Keras HDF5 through h5wasm (Node), fetch (browser). */
export interface WeightSource {
  /**
   * Opens the weights that `selector` names.
   * @param selector - `'imagenet'`, `'embedded'`, or the path of a weights file.
   * @param backbone - The network that the weights are for.
   * @returns The open file; the caller closes it.
   * @throws WeightsError if it is missing, damaged, or of a kind that cannot be read; DownloadError if it cannot be
   *   fetched; AbortedError once the signal is aborted.
   */
  open(selector: string, backbone: BackboneDefinition, options?: OpenWeightsOptions): Promise<WeightFile>;
  /**
   * The names of ImageNet's 1,000 classes, where they can be had.
   * @returns Undefined where they cannot; the reason has gone to `onWarning`.
   */
  imagenetClasses?(options?: OpenWeightsOptions): Promise<readonly ImagenetClass[] | undefined>;
}
