import { tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { WeightSnapshot } from './callback.js';

/** The weights of a suffix that train, to copy and put back. */
export class SuffixWeights {
  readonly variables: readonly Variable[];

  constructor(network: LayersModel) {
    // A layer variable reads out the very `Variable` that it holds; gradients are taken by it.
    this.variables = network.trainableWeights.map((weight) => weight.read() as Variable);
  }

  /** Copies all values. */
  async save(epoch: number): Promise<WeightSnapshot> {
    const values = await Promise.all(this.variables.map(async (variable) => Float32Array.from(await variable.data())));
    return { epoch, values };
  }

  /** Puts copied values back. @throws RangeError if they are of another network. */
  restore(snapshot: WeightSnapshot): void {
    if (snapshot.values.length !== this.variables.length) {
      throw new RangeError(`a snapshot of ${snapshot.values.length} weights cannot go into ${this.variables.length}`);
    }
    tidy(() => {
      for (const [index, variable] of this.variables.entries()) {
        variable.assign(tensor(snapshot.values[index] as Float32Array, variable.shape));
      }
    });
  }
}
