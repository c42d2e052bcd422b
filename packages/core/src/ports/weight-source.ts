import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import type { WeightFile } from '../weights/weight-file.js';

/** Port: finds pretrained weights. Implementations: Keras HDF5 through h5wasm (Node), fetch (browser). */
export interface WeightSource {
  /**
   * Opens the weights that `selector` names.
   * @param selector - `'imagenet'`, or the path of a weights file.
   * @param backbone - The network that the weights are for.
   * @returns The open file; the caller closes it.
   * @throws WeightsError if it is missing, damaged, or of a kind that cannot be read.
   */
  open(selector: string, backbone: BackboneDefinition): Promise<WeightFile>;
}
