import { add, clipByValue, mul, serialization, tidy, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Keras 3's `hard_sigmoid`: `relu6(x + 3) / 6`. TensorFlow.js' `hardSigmoid` is Keras 1's, with another slope.
 * @see Keras `activations/activations.py`
 */
class HardSigmoid extends serialization.Serializable {
  static readonly className = 'hard_sigmoid';

  override getConfig(): serialization.ConfigDict {
    return {};
  }

  apply(x: Tensor): Tensor {
    return tidy(() => hardSigmoid(x));
  }
}

/**
 * Keras' `hard_swish`: `x · hard_sigmoid(x)`, which TensorFlow.js lacks.
 * @see Keras `activations/activations.py`; Howard et al. 2019, "Searching for MobileNetV3"
 */
export class HardSwish extends serialization.Serializable {
  static readonly className = 'hard_swish';

  override getConfig(): serialization.ConfigDict {
    return {};
  }

  apply(x: Tensor): Tensor {
    return tidy(() => mul(x, hardSigmoid(x)));
  }
}

function hardSigmoid(x: Tensor): Tensor {
  return mul(clipByValue(add(x, 3), 0, 6), 1 / 6);
}

serialization.registerClass(HardSigmoid);
serialization.registerClass(HardSwish);
