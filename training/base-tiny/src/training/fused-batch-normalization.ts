import { backend, customGrad, tensor1d, tidy, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';

/** What of tfjs-node's backend runs any operation of TensorFlow's. */
interface TensorflowBackend {
  readonly binding: Readonly<
    Record<'TF_ATTR_TYPE' | 'TF_ATTR_FLOAT' | 'TF_ATTR_STRING' | 'TF_ATTR_BOOL' | 'TF_FLOAT', number>
  >;
  executeMultipleOutputs(
    name: string,
    attributes: readonly object[],
    inputs: readonly Tensor[],
    count: number,
  ): Tensor[];
}

/** What batch normalisation is given beside its input. */
export interface NormalizationWeights {
  readonly gamma: Tensor1D;
  readonly beta: Tensor1D;
  readonly epsilon: number;
  /** Told of the batch's own mean and variance by channel; they are freed afterwards. */
  readonly onStatistics: (mean: Tensor, variance: Tensor) => void;
}

/**
 * Batch normalisation with the batch's own statistics, by the kernels that TensorFlow itself trains with: forwards and backwards in
 * two operations, where compositions of tfjs' operations take thirty. Needs the backend of tfjs-node.
 * @param input - Shape `[batch, height, width, channels]`.
 */
export function fusedBatchNormalization(input: Tensor, weights: NormalizationWeights): Tensor {
  const { epsilon, onStatistics } = weights;
  const tensorflow = backend() as unknown as TensorflowBackend;
  const attributes = describe(tensorflow, epsilon);
  const operation = customGrad((...values) => {
    const [x, gamma, beta, save] = values as unknown as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
    const none = tensor1d([]);
    const inputs = [x, gamma, beta, none, none];
    const outputs = tensorflow.executeMultipleOutputs('FusedBatchNormV3', attributes, inputs, 6);
    const [value, mean, variance, ...reserved] = outputs as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
    tidy(() => onStatistics(mean, variance));
    save([x, gamma, ...reserved]);
    return {
      value,
      gradFunc(gradient, saved) {
        const grads = tensorflow.executeMultipleOutputs('FusedBatchNormGradV3', attributes, [gradient, ...saved], 5);
        return grads.slice(0, 3);
      },
    };
  });
  return operation(input, weights.gamma, weights.beta);
}

function describe({ binding }: TensorflowBackend, epsilon: number): readonly object[] {
  return [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'U', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ];
}
