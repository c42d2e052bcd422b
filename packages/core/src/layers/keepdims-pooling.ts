import { mean, serialization, type Tensor } from '@tensorflow/tfjs-core';
import { layers, type Shape } from '@tensorflow/tfjs-layers';

/**
 * Keras' `GlobalAveragePooling2D(keepdims=True)`: an image of one pixel, the average of all. TensorFlow.js' layer of that
 * name always gives a vector.
 */
export class KeepdimsAveragePooling extends layers.Layer {
  static readonly className = 'KeepdimsAveragePooling';

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch = null, , , channels = null] = inputShape as Shape;
    return [batch, 1, 1, channels];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const [input] = [inputs].flat() as [Tensor];
    return mean(input, [1, 2], true);
  }
}

serialization.registerClass(KeepdimsAveragePooling);
