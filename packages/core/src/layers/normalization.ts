import { div, maximum, serialization, sqrt, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { initializers, layers, type Shape } from '@tensorflow/tfjs-layers';

/** Arguments of {@link Normalization}; without `mean` and `variance` the layer has weights for them. */
export interface NormalizationArguments {
  readonly name?: string;
  /** One value for each channel. */
  readonly mean?: readonly number[];
  readonly variance?: readonly number[];
}

/** What the standard deviation is at least; Keras' `backend.epsilon()`. */
export const normalizationEpsilon = 1e-7;

/**
 * Subtracts each channel's mean and divides by its standard deviation. The numbers are given, or are weights that no
 * training changes: mean, variance and, because Keras has it, the count of images that they came from.
 * @see Keras `layers.Normalization`
 */
export class Normalization extends layers.Layer {
  static readonly className = 'Normalization';
  readonly #given: Pick<NormalizationArguments, 'mean' | 'variance'>;

  constructor({ mean, variance, ...rest }: NormalizationArguments) {
    super(rest);
    this.#given = mean && variance ? { mean, variance } : {};
  }

  override build(inputShape: Shape | Shape[]): void {
    if (this.#given.mean === undefined) {
      const channels = (inputShape as Shape).at(-1) ?? null;
      const addFrozen = (name: string, shape: Shape, start: 'zeros' | 'ones') =>
        this.addWeight(name, shape, 'float32', initializers[start](), undefined, false);
      addFrozen('mean', [channels], 'zeros');
      addFrozen('variance', [channels], 'ones');
      addFrozen('count', [], 'zeros');
    }
    super.build(inputShape);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const [input] = [inputs].flat() as [Tensor];
      const { mean, variance } = this.#given;
      const [ownMean, ownVariance] = this.weights.map((weight) => weight.read());
      const deviation = maximum(sqrt(variance ? [...variance] : ownVariance!), normalizationEpsilon);
      return div(sub(input, mean ? [...mean] : ownMean!), deviation);
    });
  }

  override getConfig(): serialization.ConfigDict {
    const { mean, variance } = this.#given;
    return { ...super.getConfig(), ...(mean && variance && { mean: [...mean], variance: [...variance] }) };
  }
}

serialization.registerClass(Normalization);
