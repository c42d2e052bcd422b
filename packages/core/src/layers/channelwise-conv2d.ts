import {
  add,
  depthwiseConv2d,
  reshape,
  serialization,
  tidy,
  type Rank,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { initializers, layers, type Shape } from '@tensorflow/tfjs-layers';

/** Arguments of {@link ChannelwiseConv2D}. */
export interface ChannelwiseConv2DArguments {
  readonly name?: string;
  /** Height and width of the window. */
  readonly kernelSize: readonly [height: number, width: number];
}

/**
 * Keras' `Conv2D` with a group for each channel, which TensorFlow.js has no layer for: padding `same`, stride 1. It computes
 * what `DepthwiseConv2D` does, but its kernel has another shape: `[height, width, 1, channels]`.
 */
export class ChannelwiseConv2D extends layers.Layer {
  static readonly className = 'ChannelwiseConv2D';
  readonly #kernelSize: readonly [number, number];

  constructor({ kernelSize, ...rest }: ChannelwiseConv2DArguments) {
    super(rest);
    this.#kernelSize = kernelSize;
  }

  override build(inputShape: Shape | Shape[]): void {
    const channels = (inputShape as Shape).at(-1) ?? null;
    this.addWeight('kernel', [...this.#kernelSize, 1, channels], 'float32', initializers.zeros());
    this.addWeight('bias', [channels], 'float32', initializers.zeros());
    super.build(inputShape);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const [input] = [inputs].flat() as [Tensor4D];
      const [kernel, bias] = this.weights.map((weight) => weight.read()) as [Tensor, Tensor];
      const [height, width] = this.#kernelSize;
      const filter = reshape<Rank.R4>(kernel, [height, width, input.shape[3], 1]);
      return add(depthwiseConv2d(input, filter, 1, 'same'), bias);
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), kernelSize: [...this.#kernelSize] };
  }
}

serialization.registerClass(ChannelwiseConv2D);
