import { tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { WeightSnapshot } from './callback.js';

/** The weights of a suffix that training can change, to copy and put back. */
export class SuffixWeights {
  /** Those that gradients are taken by. */
  readonly variables: readonly Variable[];
  /** Those and what batch normalisation keeps of the data. */
  readonly #changing: readonly Variable[];

  constructor(network: LayersModel) {
    // A layer variable reads out the very `Variable` that it holds; gradients are taken by it.
    this.variables = network.trainableWeights.map((weight) => weight.read() as Variable);
    this.#changing = network.layers
      .filter((layer) => layer.trainable)
      .flatMap((layer) => layer.weights.map((weight) => weight.read() as Variable));
  }

  /** Shapes of what a snapshot holds, in its order. */
  get shapes(): readonly (readonly number[])[] {
    return this.#changing.map(({ shape }) => shape);
  }

  /** Copies all values. */
  async save(epoch: number): Promise<WeightSnapshot> {
    const values = await Promise.all(this.#changing.map(async (variable) => Float32Array.from(await variable.data())));
    return { epoch, values };
  }

  /** Puts copied values back. @throws RangeError if they are of another network. */
  restore({ values }: WeightSnapshot): void {
    const fits =
      values.length === this.#changing.length && values.every((value, i) => value.length === this.#changing[i]?.size);
    if (!fits) {
      throw new RangeError(
        `a snapshot of ${values.length} weights does not fit the ${this.#changing.length} of this network`,
      );
    }
    tidy(() => {
      for (const [index, variable] of this.#changing.entries()) {
        variable.assign(tensor(values[index] as Float32Array, variable.shape));
      }
    });
  }
}
