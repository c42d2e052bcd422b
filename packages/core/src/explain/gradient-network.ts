import { dispose, grad, mul, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { PrefixRunner } from '../features/prefix-runner.js';
import { NetworkRunner } from '../network/run-network.js';
import type { BackendUse } from '../ports/runtime.js';

/** What a network says of some images, and the gradients of one class's logit for each of them. */
export interface GradientBatch {
  /** Of each image: shape `[classes]`. */
  readonly scores: readonly Float32Array[];
  /** Of each image: the layer's activations, shape `[height, width, channels]`. */
  readonly activations: readonly Float32Array[];
  /** The same shapes. */
  readonly gradients: readonly Float32Array[];
}

/**
 * A whole model, cut so that gradients can be taken: an engine runs it in fp32 up to the layer that is looked at, TensorFlow.js
 * from there to the scores, whatever lies between, frozen or trained. It has copies of the model's weights. Dispose it.
 */
export class GradientNetwork {
  readonly layer: string;
  /** Shape of the layer's activations for one image. */
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly prefix: PrefixRunner;
  readonly #runner: NetworkRunner;
  /** Other connections jump over the place behind the layer: the cut lies further ahead. */
  readonly #isInside: boolean;

  constructor(parts: {
    readonly layer: string;
    readonly shape: GradientNetwork['shape'];
    readonly prefix: PrefixRunner;
    readonly suffix: LayersModel;
    readonly isInside: boolean;
  }) {
    this.layer = parts.layer;
    this.shape = parts.shape;
    this.prefix = parts.prefix;
    this.#runner = new NetworkRunner(parts.suffix);
    this.#isInside = parts.isInside;
  }

  /** TensorFlow.js' side. */
  get suffix(): LayersModel {
    return this.#runner.network;
  }

  /**
   * @param rows - What the prefix gave for each image; a TensorFlow.js backend must be set.
   * @param choose - Gives the index of the class to explain, of the image at an index with these scores.
   */
  async run(
    rows: readonly Float32Array[],
    choose: (scores: Float32Array, index: number) => number,
  ): Promise<GradientBatch> {
    const runner = this.#runner;
    const count = rows.length;
    const known = (activations: Tensor) => (this.#isInside ? new Map([[this.layer, activations]]) : undefined);
    const results: Tensor[] = [];
    try {
      const input = keep(results, tensor(joinRows(rows), [count, ...this.prefix.outputShape]));
      const activations = keep(results, this.#isInside ? runner.run(input, { until: this.layer }) : input.clone());
      const output = keep(results, runner.run(this.#isInside ? input : activations, { given: known(activations) }));
      const scores = splitRows(await copyOf(output), count);
      const classes = scores.map(choose);
      const size = runner.classes;
      // Images do not meet on the way: one gradient of the sum is each image's own.
      const logit = (x: Tensor): Tensor => {
        const chosen = tensor(oneHot(classes, size), [count, size]);
        const until = runner.logitsLayer;
        return sum(mul(runner.run(this.#isInside ? input : x, { given: known(x), until }), chosen));
      };
      const gradients = keep(
        results,
        tidy(() => grad(logit)(activations)),
      );
      const parts = [await copyOf(activations), await copyOf(gradients)].map((all) => splitRows(all, count));
      return { scores, activations: parts[0]!, gradients: parts[1]! };
    } finally {
      dispose(results);
    }
  }

  async dispose(): Promise<void> {
    await this.prefix.dispose();
    this.suffix.dispose();
  }

  /** What the backend is wanted for: whether convolutions run there. */
  get backendUse(): BackendUse {
    return this.suffix.layers.some(({ weights }) => weights.some(({ shape }) => shape.length > 2))
      ? 'fineTuning'
      : 'training';
  }
}

function joinRows(rows: readonly Float32Array[]): Float32Array {
  const size = rows[0]?.length ?? 0;
  const all = new Float32Array(size * rows.length);
  for (const [index, row] of rows.entries()) all.set(row, index * size);
  return all;
}

function splitRows(all: Float32Array, count: number): Float32Array[] {
  const size = all.length / count;
  return Array.from({ length: count }, (_, index) => all.subarray(index * size, (index + 1) * size));
}

function oneHot(classes: readonly number[], size: number): Float32Array {
  const values = new Float32Array(classes.length * size);
  for (const [row, index] of classes.entries()) values[row * size + index] = 1;
  return values;
}

function keep(results: Tensor[], result: Tensor): Tensor {
  results.push(result);
  return result;
}

/** A copy: some backends hand out a view of memory that they use again. */
async function copyOf(values: Tensor): Promise<Float32Array> {
  return Float32Array.from(await values.data());
}
