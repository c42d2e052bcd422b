import { add, moments, mul, rsqrt, sub, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { quoteNames } from '../errors.js';
import { countValues } from '../weights/layer-shapes.js';
import { networkConfig, type LayerConfig } from './network-config.js';

/** A source of uniform numbers in [0, 1). */
export interface UniformSource {
  uniform(): number;
}

/** How a network is run. */
export interface RunOptions {
  /** Random numbers for dropout, keyed by step; undefined runs inference. */
  readonly dropout?: UniformSource | undefined;
  /** The layer whose output is wanted; the network's output if undefined. */
  readonly until?: string | undefined;
  /** Values of layers that are known already: neither these layers run nor what only they read. They stay the caller's. */
  readonly given?: ReadonlyMap<string, Tensor> | undefined;
}

/** How {@link NetworkRunner} treats layers. */
export interface NetworkRunnerOptions {
  /**
   * Layers that run as inference even while others train, by name: Keras' `base(x, training=False)`. Their weights may train all
   * the same. Default: none.
   */
  readonly inferenceLayers?: ReadonlySet<string> | undefined;
}

/** One layer ready to be called. */
interface Step extends LayerConfig {
  readonly layer: LayersModel['layers'][number];
  /** Runs as inference always. */
  readonly inference: boolean;
}

/**
 * Runs a network layer by layer, so that each layer gets the mode it needs: batch normalisation of frozen layers always
 * runs as inference, and dropout takes its mask from a keyed generator. `LayersModel.fit` can do neither.
 */
export class NetworkRunner {
  readonly #network: LayersModel;
  readonly #steps: readonly Step[];
  /** How many layers read each value. */
  readonly #readers: ReadonlyMap<string, number>;
  readonly #input: string;
  readonly #output: string;

  constructor(network: LayersModel, { inferenceLayers }: NetworkRunnerOptions = {}) {
    const config = networkConfig(network);
    this.#network = network;
    this.#input = config.input;
    this.#output = config.output;
    this.#steps = config.layers
      .filter((layer) => layer.className !== 'InputLayer')
      .map((layer) => ({
        ...layer,
        layer: network.getLayer(layer.name),
        inference: inferenceLayers?.has(layer.name) ?? false,
      }));
    this.#readers = countReaders(this.#steps);
  }

  /** The layer before a final softmax activation, whose values are logits; undefined if there is none. */
  get logitsLayer(): string | undefined {
    const last = this.#steps.find((step) => step.name === this.#output);
    return last?.className === 'Softmax' || last?.className === 'Activation' ? last.inputs[0] : undefined;
  }

  /** What the last layer, one of its own, makes of the logits: `softmax`, `sigmoid`, …; undefined if there is none. */
  get lastActivation(): string | undefined {
    const last = this.#steps.find((step) => step.name === this.#output);
    if (last?.className === 'Softmax') return 'softmax';
    return last?.className === 'Activation' ? (last.config['activation'] as string) : undefined;
  }

  /** Number of values that the network gives for one sample. */
  get classes(): number {
    return countValues((this.#network.outputShape as number[]).slice(1));
  }

  /** The network that is run. */
  get network(): LayersModel {
    return this.#network;
  }

  /**
   * @param input - Shape `[batch, …]` as the network's input has it.
   * @returns The wanted layer's output; the caller disposes it.
   */
  run(input: Tensor, options: RunOptions = {}): Tensor {
    const until = options.until ?? this.#output;
    const { given } = options;
    const steps = given === undefined ? this.#steps : stepsTo(until, this.#steps, given);
    return tidy(() => {
      const values = new Map<string, Tensor>([[this.#input, input], ...(given ?? [])]);
      const callers: ReadonlySet<Tensor> = new Set(values.values());
      const readers = given === undefined ? new Map(this.#readers) : countReaders(steps);
      for (const step of steps) {
        if (values.has(until)) break;
        values.set(
          step.name,
          tidy(() => callLayer(step, { values, dropout: step.inference ? undefined : options.dropout })),
        );
        for (const name of step.inputs) {
          const left = (readers.get(name) ?? 0) - 1;
          readers.set(name, left);
          if (left === 0) release(values, name, callers);
        }
      }
      const result = values.get(until);
      if (result === undefined) {
        throw new RangeError(`no layer "${until}"; the network has ${quoteNames(this.#steps.map(({ name }) => name))}`);
      }
      // A value passed straight through belongs to the caller already: give out another handle to it.
      return callers.has(result) ? result.clone() : result;
    });
  }
}

/** The steps that a value takes where some are known already. */
function stepsTo(until: string, steps: readonly Step[], given: ReadonlyMap<string, Tensor>): readonly Step[] {
  const wanted = new Set([until]);
  // Steps stand in topological order: from the end, each is met after all that read it.
  return steps
    .toReversed()
    .filter(({ name, inputs }) => {
      if (!wanted.has(name) || given.has(name)) return false;
      for (const read of inputs) wanted.add(read);
      return true;
    })
    .toReversed();
}

function countReaders(steps: readonly Step[]): Map<string, number> {
  const readers = new Map<string, number>();
  for (const name of steps.flatMap(({ inputs }) => inputs)) readers.set(name, (readers.get(name) ?? 0) + 1);
  return readers;
}

/**
 * Frees a value that no layer reads any more: a deep network's activations together would fill a backend's memory. What
 * gradients need of it they keep themselves.
 */
function release(values: Map<string, Tensor>, name: string, callers: ReadonlySet<Tensor>): void {
  const value = values.get(name);
  values.delete(name);
  // Layers that compute nothing hand on the tensor that they were given.
  if (value === undefined || callers.has(value) || [...values.values()].includes(value)) return;
  value.dispose();
}

function callLayer(
  step: Step,
  context: { values: ReadonlyMap<string, Tensor>; dropout: UniformSource | undefined },
): Tensor {
  const inputs = step.inputs.map((name) => {
    const value = context.values.get(name);
    if (value === undefined) throw new RangeError(`layer "${step.name}" reads "${name}", which has not run`);
    return value;
  });
  if (step.className === 'Dropout') {
    const { rate, noiseShape } = step.config as unknown as DropoutConfig;
    return applyDropout(inputs[0] as Tensor, { rate, noiseShape, source: context.dropout });
  }
  const training = context.dropout !== undefined && step.layer.trainable;
  if (step.className === 'BatchNormalization') return normalize(inputs[0] as Tensor, step, training);
  const argument = inputs.length === 1 ? (inputs[0] as Tensor) : inputs;
  return step.layer.call(argument, { training }) as Tensor;
}

/**
 * Batch normalisation from elementary operations: where a layer has no scale or no centre, the fused kernel has no gradient
 * and TensorFlow.js' own layer cannot train.
 */
function normalize(input: Tensor, step: Step, training: boolean): Tensor {
  const { config, layer } = step;
  const weights = layer.getWeights();
  const gamma = config['scale'] === false ? undefined : weights.shift();
  const beta = config['center'] === false ? undefined : weights.shift();
  const [movingMean, movingVariance] = weights as [Tensor, Tensor];
  const { mean, variance } = training ? batchStatistics(input, step) : { mean: movingMean, variance: movingVariance };
  const inverse = rsqrt(add(variance, config['epsilon'] as number));
  const scale = gamma === undefined ? inverse : mul(inverse, gamma);
  const centred = mul(sub(input, mean), scale);
  return beta === undefined ? centred : add(centred, beta);
}

/** The batch's own mean and variance by channel; the layer's moving ones follow them. */
function batchStatistics(input: Tensor, { config, layer }: Step): { mean: Tensor; variance: Tensor } {
  const { mean, variance } = moments(
    input,
    Array.from({ length: input.rank - 1 }, (_, axis) => axis),
  );
  const decay = 1 - (config['momentum'] as number);
  for (const [position, value] of [mean, variance].entries()) {
    const moving = layer.weights.at(position - 2)!;
    moving.write(sub(moving.read(), mul(sub(moving.read(), value), decay)));
  }
  return { mean, variance };
}

interface DropoutConfig {
  readonly rate: number;
  /** Values that share a draw lie along axes of size 1; null is the input's own size, and so is no shape at all. */
  readonly noiseShape?: readonly (number | null)[] | null | undefined;
}

/** Inverted dropout: keeps each value with probability 1 − rate, scaled by 1 / (1 − rate). */
function applyDropout(input: Tensor, options: DropoutConfig & { source: UniformSource | undefined }): Tensor {
  const { rate, noiseShape, source } = options;
  if (source === undefined || rate === 0) return input;
  const shape = input.shape.map((size, axis) => noiseShape?.[axis] ?? size);
  const mask = new Float32Array(countValues(shape));
  const scale = 1 / (1 - rate);
  for (let i = 0; i < mask.length; i++) mask[i] = source.uniform() < rate ? 0 : scale;
  return mul(input, tensor(mask, shape));
}
