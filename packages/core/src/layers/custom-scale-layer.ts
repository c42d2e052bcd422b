import { add, mul, serialization, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { layers, type Shape } from '@tensorflow/tfjs-layers';

/** Arguments of {@link CustomScaleLayer}. */
export interface CustomScaleArguments {
  readonly name?: string;
  readonly scale: number;
}

/**
 * Adds a residual, made smaller: `inputs[0] + scale · inputs[1]`.
 * @see Keras `applications/inception_resnet_v2.py` `CustomScaleLayer`
 */
export class CustomScaleLayer extends layers.Layer {
  static readonly className = 'CustomScaleLayer';
  readonly #scale: number;

  constructor({ scale, ...rest }: CustomScaleArguments) {
    super(rest);
    this.#scale = scale;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return (inputShape as Shape[])[0] ?? [];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const [shortcut, residual] = inputs as [Tensor, Tensor];
    return tidy(() => add(shortcut, mul(residual, this.#scale)));
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), scale: this.#scale };
  }
}

serialization.registerClass(CustomScaleLayer);
