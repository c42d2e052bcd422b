import { add, mul, rsqrt, sub, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { quoteNames } from '../errors.js';
import { networkConfig } from './network-config.js';

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
}

/** One layer ready to be called. */
interface Step {
  readonly name: string;
  readonly className: string;
  readonly inputs: readonly string[];
  readonly layer: LayersModel['layers'][number];
}

/**
 * Runs a network layer by layer, so that each layer gets the mode it needs: batch normalisation of frozen layers always
 * runs as inference, and dropout takes its mask from a keyed generator. `LayersModel.fit` can do neither.
 */
export class NetworkRunner {
  readonly #network: LayersModel;
  readonly #steps: readonly Step[];
  readonly #input: string;
  readonly #output: string;

  constructor(network: LayersModel) {
    const config = networkConfig(network);
    this.#network = network;
    this.#input = config.input;
    this.#output = config.output;
    this.#steps = config.layers
      .filter((layer) => layer.className !== 'InputLayer')
      .map(({ name, className, inputs }) => ({ name, className, inputs, layer: network.getLayer(name) }));
  }

  /** The layer before a final softmax activation, whose values are logits; undefined if there is none. */
  get logitsLayer(): string | undefined {
    const last = this.#steps.find((step) => step.name === this.#output);
    return last?.className === 'Softmax' || last?.className === 'Activation' ? last.inputs[0] : undefined;
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
    return tidy(() => {
      const values = new Map<string, Tensor>([[this.#input, input]]);
      for (const step of this.#steps) {
        if (values.has(until)) break;
        values.set(step.name, callLayer(step, { values, dropout: options.dropout }));
      }
      const result = values.get(until);
      if (result === undefined) {
        throw new RangeError(`no layer "${until}"; the network has ${quoteNames(this.#steps.map(({ name }) => name))}`);
      }
      // An input passed straight through belongs to the caller already: give out another handle to it.
      return result === input ? input.clone() : result;
    });
  }
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
    return applyDropout(inputs[0] as Tensor, {
      rate: step.layer.getConfig()['rate'] as number,
      source: context.dropout,
    });
  }
  const training = context.dropout !== undefined && step.layer.trainable;
  if (step.className === 'BatchNormalization' && !training) return normalize(inputs[0] as Tensor, step.layer);
  const argument = inputs.length === 1 ? (inputs[0] as Tensor) : inputs;
  return step.layer.call(argument, { training }) as Tensor;
}

/**
 * Batch normalisation as inference, from elementary operations: the fused kernel has no gradient where a layer has no
 * scale or no centre.
 */
function normalize(input: Tensor, layer: Step['layer']): Tensor {
  const config = layer.getConfig();
  const weights = layer.getWeights();
  const gamma = config['scale'] === false ? undefined : weights.shift();
  const beta = config['center'] === false ? undefined : weights.shift();
  const [movingMean, movingVariance] = weights as [Tensor, Tensor];
  const inverse = rsqrt(add(movingVariance, config['epsilon'] as number));
  const scale = gamma === undefined ? inverse : mul(inverse, gamma);
  const centred = mul(sub(input, movingMean), scale);
  return beta === undefined ? centred : add(centred, beta);
}

/** Inverted dropout: keeps each value with probability 1 − rate, scaled by 1 / (1 − rate). */
function applyDropout(input: Tensor, options: { rate: number; source: UniformSource | undefined }): Tensor {
  const { rate, source } = options;
  if (source === undefined || rate === 0) return input;
  const mask = new Float32Array(input.size);
  const scale = 1 / (1 - rate);
  for (let i = 0; i < mask.length; i++) mask[i] = source.uniform() < rate ? 0 : scale;
  return mul(input, tensor(mask, input.shape));
}
