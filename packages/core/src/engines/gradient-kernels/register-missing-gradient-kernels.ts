import {
  AvgPoolGrad,
  backend_util,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  getKernel,
  matMul,
  MaxPoolGrad,
  oneHot,
  registerKernel,
  reshape,
  tidy,
  UnsortedSegmentSum,
  unregisterKernel,
  type Rank,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { EngineError } from '../../errors.js';
import { convolutionFilterGradient, depthwiseFilterGradient } from './filter-gradients.js';
import { averagePoolGradient, maxPoolGradient } from './pooling-gradients.js';
import { convolutionInputGradient, depthwiseInputGradient } from './input-gradients.js';

type Shape4D = [number, number, number, number];
type Inputs = Readonly<Record<'x' | 'dy' | 'filter' | 'input' | 'output' | 'segmentIds', Tensor4D>>;

/** What the kernels are told of the forward convolution. */
interface Attributes {
  readonly strides: [number, number] | number;
  readonly dilations?: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly filterShape?: Shape4D;
  readonly filterSize?: [number, number] | number;
  readonly inputShape?: Shape4D;
  readonly numSegments?: number;
}

/** Gradient kernels as compositions of others, by name. */
const compositions: Readonly<Record<string, (inputs: Inputs, attributes: Attributes) => Tensor>> = {
  [Conv2DBackpropFilter]: (inputs, attributes) =>
    convolutionFilterGradient(inputs, forward(inputs, attributes, { depthwise: false })),
  [Conv2DBackpropInput]: (inputs, attributes) =>
    convolutionInputGradient(inputs, forward(inputs, attributes, { depthwise: false })),
  [DepthwiseConv2dNativeBackpropFilter]: (inputs, attributes) =>
    depthwiseFilterGradient(inputs, forward(inputs, attributes, { depthwise: true })),
  [DepthwiseConv2dNativeBackpropInput]: (inputs, attributes) =>
    depthwiseInputGradient(inputs, forward(inputs, attributes, { depthwise: true })),
  [MaxPoolGrad]: (inputs, attributes) => maxPoolGradient(inputs, pooling(inputs, attributes)),
  [AvgPoolGrad]: (inputs, attributes) => averagePoolGradient(inputs, pooling(inputs, attributes)),
  [UnsortedSegmentSum]: ({ x, segmentIds }, { numSegments = 0 }) => segmentSum(x, segmentIds, numSegments),
};

/** Kernels that are ours already, so that a second call replaces nothing. */
const registered = new WeakSet();

/** Options of {@link registerMissingGradientKernels}. */
export interface GradientKernelOptions {
  /** Kernels that the backend has, but slow or wrong ones. Default: none. */
  readonly replace?: readonly string[];
}

/**
 * Gives a TensorFlow.js backend the gradients of convolutions, depthwise convolutions and gathers that it lacks, as
 * compositions of kernels that it has: with them every network of graft can be fine-tuned on the WebAssembly backend. May be
 * called often.
 *
 * The convolutions' gradients by filter are products of matrices, one for each of the filter's taps; those by input are
 * convolutions with the filter turned round. Both run at about the speed of the forward pass. Memory beyond inputs and
 * results: about three times the convolution's input.
 *
 * @param backendName - E.g. `wasm`; its own kernels must be registered.
 * @returns The names of the kernels that were added or replaced.
 * @example `import '@tensorflow/tfjs-backend-wasm'; registerMissingGradientKernels('wasm', { replace: ['Conv2DBackpropInput'] });`
 */
export function registerMissingGradientKernels(backendName: string, options: GradientKernelOptions = {}): string[] {
  const { replace = [] } = options;
  const names = Object.keys(compositions).filter((name) => {
    const present = getKernel(name, backendName) as unknown;
    return present === undefined || (replace.includes(name) && !registered.has(present as object));
  });
  for (const name of names) {
    const compute = compositions[name]!;
    if ((getKernel(name, backendName) as unknown) !== undefined) unregisterKernel(name, backendName);
    registerKernel({
      kernelName: name,
      backendName,
      // The engine hands tensors over, and takes a tensor back as it is.
      kernelFunc: ({ inputs, attrs }) =>
        tidy(() => compute(inputs as unknown as Inputs, attrs as unknown as Attributes)),
    });
    registered.add(getKernel(name, backendName));
  }
  return names;
}

/** The forward convolution whose gradient is wanted. */
function forward(
  inputs: Inputs,
  attributes: Attributes,
  { depthwise }: { readonly depthwise: boolean },
): backend_util.Conv2DInfo {
  const { strides, dilations = 1, pad, dimRoundingMode, dataFormat = 'NHWC' } = attributes;
  if (dataFormat !== 'NHWC')
    throw new EngineError(`convolutions with data format ${dataFormat} have no gradient here; use NHWC`);
  const inShape = attributes.inputShape ?? inputs.x.shape;
  const filterShape = attributes.filterShape ?? inputs.filter.shape;
  return backend_util.computeConv2DInfo(inShape, filterShape, strides, dilations, pad, dimRoundingMode, depthwise);
}

/** The forward pooling whose gradient is wanted. */
function pooling({ input }: Inputs, attributes: Attributes): backend_util.Conv2DInfo {
  const { filterSize = 1, strides, pad, dimRoundingMode } = attributes;
  return backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad, dimRoundingMode);
}

/** Sums rows that have the same segment: a product with a matrix that says which row goes where. */
function segmentSum(x: Tensor, segmentIds: Tensor, numSegments: number): Tensor {
  const rest = x.shape.slice(segmentIds.rank);
  const ids = reshape<Rank.R1>(segmentIds, [segmentIds.size]);
  const places = oneHot(ids, numSegments, 1, 0, 'float32') as Tensor<Rank.R2>;
  const rows = reshape<Rank.R2>(x, [segmentIds.size, x.size / segmentIds.size]);
  return reshape(matMul(places, rows, true, false), [numSegments, ...rest]);
}
