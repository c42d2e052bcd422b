import { seededWeights, assignWeights } from '@graft-ml/core';
import { getBackbone } from '@graft-ml/core/backbones';
import { mul, sub, tidy, type Tensor, type Tensor1D, type Variable } from '@tensorflow/tfjs-core';
import { layers, model, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { fusedBatchNormalization } from './fused-batch-normalization.js';
import { type LayerConfig, networkConfig } from '../library-internals.js';

/** Name of the 1×1 convolution by which the student says what the teacher's features are; it is left out of the result. */
const projection = 'teacher_features';

/** A layer ready to be called. */
interface Step extends LayerConfig {
  readonly layer: LayersModel['layers'][number];
}

/** The network that learns: graft-tiny with a projection to the teacher's channels. */
export class Student {
  /** With the projection. */
  readonly network: LayersModel;
  /** The weights that gradients are taken by. */
  readonly variables: readonly Variable[];
  readonly #steps: readonly Step[];
  readonly #momentum: number;

  /** @param momentum - Share of the old mean and variance that a step leaves. */
  constructor(options: { seed: number; size: number; channels: number; momentum: number }) {
    const { seed, size, channels, momentum } = options;
    const backbone = getBackbone('graft-tiny').build([size, size]);
    const project = layers.conv2d({ name: projection, filters: channels, kernelSize: 1, kernelInitializer: 'zeros' });
    const outputs = project.apply(backbone.outputs) as SymbolicTensor;
    this.network = model({ inputs: backbone.inputs, outputs, name: backbone.name });
    assignWeights(this.network, seededWeights(this.network, { seed }));
    this.variables = this.network.trainableWeights.map((weight) => weight.read() as Variable);
    this.#momentum = momentum;
    this.#steps = networkConfig(this.network)
      .layers.filter(({ className }) => className !== 'InputLayer')
      .map((config) => ({ ...config, layer: this.network.getLayer(config.name) }));
  }

  /** Channels of the backbone's output and the names of its layers with weights, which are the result. */
  get backboneLayers(): readonly string[] {
    return this.#steps
      .filter(({ layer }) => layer.weights.length > 0 && layer.name !== projection)
      .map(({ name }) => name);
  }

  /**
   * Runs a training step's forward pass: batch normalisation takes the batch's statistics, and remembers them.
   * @param pixels - As the backbone wants them, shape `[batch, size, size, 3]`.
   */
  run(pixels: Tensor): Tensor {
    const values = new Map<string, Tensor>([[this.network.inputNames[0]!, pixels]]);
    for (const step of this.#steps) values.set(step.name, this.#call(step, values));
    return values.get(projection)!;
  }

  #call(step: Step, values: ReadonlyMap<string, Tensor>): Tensor {
    const inputs = step.inputs.map((name) => values.get(name)!);
    if (step.className === 'BatchNormalization') return this.#normalize(inputs[0]!, step);
    return step.layer.call(inputs.length === 1 ? inputs[0]! : inputs, { training: true }) as Tensor;
  }

  #normalize(input: Tensor, { layer, config }: Step): Tensor {
    const [gamma, beta, movingMean, movingVariance] = layer.weights;
    const follow = (moving: typeof movingMean, value: Tensor): void => {
      const old = moving!.read();
      moving!.write(sub(old, mul(sub(old, value), 1 - this.#momentum)));
    };
    return fusedBatchNormalization(input, {
      gamma: gamma!.read() as Tensor1D,
      beta: beta!.read() as Tensor1D,
      epsilon: config['epsilon'] as number,
      onStatistics: (mean, variance) =>
        tidy(() => {
          follow(movingMean, mean);
          follow(movingVariance, variance);
        }),
    });
  }
}
