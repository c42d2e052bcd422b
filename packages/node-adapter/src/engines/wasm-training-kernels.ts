import { BatchMatMul, getKernel, registerKernel, Transpose, unregisterKernel } from '@tensorflow/tfjs-core';
import type { KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { ADAM_KERNEL, type AdamKernelAttributes } from '@graft-ml/core/gradient-kernels';

/** What is used here of TensorFlow.js' WebAssembly backend. */
interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: 'float32'): TensorInfo;
  typedArrayFromHeap(info: TensorInfo): Float32Array;
  disposeData(id: object): boolean;
}

let registered = false;

/**
 * Makes the steps of training on the WebAssembly backend cheaper: products with a transposed matrix, which all gradients of dense
 * layers are, and Adam's update in one pass. A second call does nothing.
 */
export function registerWasmTrainingKernels(): void {
  if (registered) return;
  registered = true;
  const product = getKernel(BatchMatMul, 'wasm') as KernelConfig | undefined;
  const transpose = getKernel(Transpose, 'wasm') as KernelConfig | undefined;
  if (product !== undefined && transpose !== undefined) {
    unregisterKernel(BatchMatMul, 'wasm');
    registerKernel({ ...product, kernelFunc: transposeFirst(product.kernelFunc, transpose.kernelFunc) });
  }
  registerKernel({ kernelName: ADAM_KERNEL, backendName: 'wasm', kernelFunc: updateByAdam });
}

/** The backend multiplies plain matrices with XNNPACK, transposed ones in plain loops: transposing them first is much cheaper. */
function transposeFirst(product: KernelFunc, transpose: KernelFunc): KernelFunc {
  return (call) => {
    const { a, b } = call.inputs as { a: TensorInfo; b: TensorInfo };
    const { transposeA, transposeB } = call.attrs as { transposeA?: boolean; transposeB?: boolean };
    const isPlain = a.shape.length === 2 && b.shape.length === 2 && a.dtype === 'float32' && b.dtype === 'float32';
    if (!isPlain || (transposeA !== true && transposeB !== true)) return product(call);
    const backend = call.backend as WasmBackend;
    const turned: TensorInfo[] = [];
    const turn = (x: TensorInfo): TensorInfo => {
      const result = transpose({ inputs: { x }, backend, attrs: { perm: [1, 0] } }) as TensorInfo;
      turned.push(result);
      return result;
    };
    try {
      const inputs = { a: transposeA === true ? turn(a) : a, b: transposeB === true ? turn(b) : b };
      return product({ inputs, backend, attrs: { ...call.attrs, transposeA: false, transposeB: false } });
    } finally {
      for (const { dataId } of turned) backend.disposeData(dataId);
    }
  };
}

/** The operations of core's rule, in their order, each rounded to float32: the result is the same to the bit. */
const updateByAdam: KernelFunc = ({ inputs, attrs, backend: given }) => {
  const backend = given as WasmBackend;
  const { weight, gradient, mean, squares, rate } = inputs as Record<string, TensorInfo> as AdamInputs;
  const { beta1, beta2, epsilon } = attrs as unknown as AdamKernelAttributes;
  const { fround, sqrt } = Math;
  const [meanShare, squaresShare, margin] = [fround(1 - beta1), fround(1 - beta2), fround(epsilon)];
  const outputs = [weight, mean, squares].map(({ shape }) => backend.makeOutput(shape, 'float32'));
  // The heap may have grown for the outputs: views of it only now.
  const view = (info: TensorInfo) => backend.typedArrayFromHeap(info);
  const [newWeights, newMeans, newSquares] = outputs.map(view) as [Float32Array, Float32Array, Float32Array];
  const [weights, gradients, means, oldSquares] = [view(weight), view(gradient), view(mean), view(squares)];
  const step = view(rate)[0] as number;
  for (let i = 0; i < newWeights.length; i += 1) {
    const slope = gradients[i] as number;
    const oldMean = means[i] as number;
    const oldSquare = oldSquares[i] as number;
    const nextMean = fround(oldMean + fround(fround(slope - oldMean) * meanShare));
    const nextSquare = fround(oldSquare + fround(fround(fround(slope * slope) - oldSquare) * squaresShare));
    newMeans[i] = nextMean;
    newSquares[i] = nextSquare;
    newWeights[i] =
      (weights[i] as number) - fround(fround(nextMean * step) / fround(fround(sqrt(nextSquare)) + margin));
  }
  return outputs;
};

type AdamInputs = Readonly<Record<'weight' | 'gradient' | 'mean' | 'squares' | 'rate', TensorInfo>>;
