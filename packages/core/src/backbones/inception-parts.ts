import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { AutoNames } from './auto-names.js';
import { averagePooling, batchNormalization, convolution, maxPooling, relu } from './layer-vocabulary.js';

/** What InceptionV3 and InceptionResNetV2 share. */

/** A convolution with batch normalisation and activation; one of stride 2 has no padding. */
export type PathStep = readonly [filters: number, kernelSize: number | readonly [number, number], strides?: 2];

/** Convolutions in their order; `average` pools 3×3 in place in front of them, `max` alone pools with stride 2. */
export type Branch = readonly PathStep[] | readonly ['average', ...PathStep[]] | readonly ['max'];

/** The names of one graph's layers. */
export interface InceptionGraph {
  readonly autoName: AutoNames;
}

/** To an eighth of the size: 192 channels. */
export function inceptionStem(pixels: SymbolicTensor, graph: InceptionGraph): SymbolicTensor {
  const valid = { ...graph, padding: 'valid' as const };
  let x = autoNamedConvolution(pixels, [32, 3, 2], graph);
  x = autoNamedConvolution(x, [32, 3], valid);
  x = autoNamedConvolution(x, [64, 3], graph);
  x = maxPooling(x, { name: graph.autoName('max_pooling2d'), poolSize: 3, strides: 2 });
  x = autoNamedConvolution(x, [80, 1], valid);
  x = autoNamedConvolution(x, [192, 3], valid);
  return maxPooling(x, { name: graph.autoName('max_pooling2d'), poolSize: 3, strides: 2 });
}

/** The outputs of a module's branches, made in their order, which numbers their layers. */
export function runBranches(
  x: SymbolicTensor,
  branches: readonly Branch[],
  graph: InceptionGraph,
): readonly SymbolicTensor[] {
  return branches.map((branch) =>
    branch.reduce<SymbolicTensor>((input, step) => {
      if (step === 'max') return maxPooling(input, { name: graph.autoName('max_pooling2d'), poolSize: 3, strides: 2 });
      if (step !== 'average') return autoNamedConvolution(input, step, graph);
      const name = graph.autoName('average_pooling2d');
      return averagePooling(input, { name, poolSize: 3, strides: 1, padding: 'same' });
    }, x),
  );
}

/** Convolution without bias, batch normalisation without scale, ReLU. */
export function autoNamedConvolution(
  x: SymbolicTensor,
  [filters, kernelSize, strides]: PathStep,
  { autoName, padding = strides === undefined ? 'same' : 'valid' }: InceptionGraph & { padding?: 'same' | 'valid' },
): SymbolicTensor {
  const name = autoName('conv2d');
  const convolved = convolution(x, { name, filters, kernelSize, strides: strides ?? 1, padding, useBias: false });
  const normalized = batchNormalization(convolved, { name: autoName('batch_normalization'), scale: false });
  return relu(normalized, autoName('activation'));
}
