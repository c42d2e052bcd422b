import { tensor, tidy, variable, zerosLike, type Variable } from '@tensorflow/tfjs-core';
import type { FloatTensor } from '../tensor-files/safetensors.js';
import { equalShapes } from '../weights/layer-shapes.js';

/** Tensors that an optimiser keeps for each weight, by name; zeros at first. */
export class WeightSlots {
  readonly #names: readonly string[];
  readonly #slots = new Map<Variable, readonly Variable[]>();

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Slots of each weight. */
  get count(): number {
    return this.#names.length;
  }

  /** The slots of one weight, in the order of the names. */
  of(weight: Variable): readonly Variable[] {
    let slots = this.#slots.get(weight);
    if (slots === undefined) {
      slots = this.#names.map(() => tidy(() => variable(zerosLike(weight), false)));
      this.#slots.set(weight, slots);
    }
    return slots;
  }

  /** Copies all of them, named `<weight's place>/<slot>`. */
  async save(weights: readonly Variable[]): Promise<ReadonlyMap<string, FloatTensor>> {
    const entries = weights.flatMap((weight, place) =>
      this.of(weight).map(async (slot, index): Promise<[string, FloatTensor]> => [
        this.#key(place, index),
        // A copy: some backends hand out a view of memory that they use again.
        { shape: [...slot.shape], data: Float32Array.from(await slot.data()) },
      ]),
    );
    return new Map(await Promise.all(entries));
  }

  /** @throws RangeError if a slot is missing or has another shape. */
  restore(tensors: ReadonlyMap<string, FloatTensor>, weights: readonly Variable[]): void {
    const pairs = weights.flatMap((weight, place) =>
      this.of(weight).map((slot, index) => {
        const key = this.#key(place, index);
        const value = tensors.get(key);
        if (value === undefined || !equalShapes(value.shape, slot.shape)) {
          throw new RangeError(`optimiser slot "${key}" is missing or has another shape`);
        }
        return { slot, value };
      }),
    );
    tidy(() => {
      for (const { slot, value } of pairs) slot.assign(tensor(value.data, slot.shape));
    });
  }

  dispose(): void {
    for (const slots of this.#slots.values()) for (const slot of slots) slot.dispose();
    this.#slots.clear();
  }

  #key(place: number, index: number): string {
    return `${place}/${this.#names[index] ?? ''}`;
  }
}
