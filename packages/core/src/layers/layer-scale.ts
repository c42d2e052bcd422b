import { mul, serialization, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { initializers, layers, type Shape } from '@tensorflow/tfjs-layers';

/** Arguments of {@link LayerScale}. */
export interface LayerScaleArguments {
  readonly name?: string;
  /** What each factor starts from. */
  readonly initValues: number;
}

/**
 * Multiplies each channel by a trained factor.
 * @see Keras `applications/convnext.py` `LayerScale`
 */
export class LayerScale extends layers.Layer {
  static readonly className = 'LayerScale';
  readonly #initValues: number;

  constructor({ initValues, ...rest }: LayerScaleArguments) {
    super(rest);
    this.#initValues = initValues;
  }

  override build(inputShape: Shape | Shape[]): void {
    const channels = (inputShape as Shape).at(-1) ?? null;
    this.addWeight('layer_scale', [channels], 'float32', initializers.constant({ value: this.#initValues }));
    super.build(inputShape);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const [input] = [inputs].flat() as [Tensor];
    return tidy(() => mul(input, this.weights[0]!.read()));
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), initValues: this.#initValues };
  }
}

serialization.registerClass(LayerScale);
