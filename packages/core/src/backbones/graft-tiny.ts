import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { defineBackbone } from './define-backbone.js';
import { add, batchNormalization, convolution, relu } from './layer-vocabulary.js';

/** A residual block: two 3×3 convolutions around a shortcut. */
interface Block {
  readonly name: string;
  readonly filters: number;
  readonly strides: 1 | 2;
}

/** Stages from input to output; the first block of each halves the image. */
const stages: readonly (readonly [filters: number, blocks: number])[] = [
  [32, 1],
  [80, 2],
  [144, 2],
];

const stemFilters = 24;
/** Of the 1×1 convolution at the end: a head that pools sees more features than a narrow stage has. */
const expandFilters = 384;

const blocks: readonly Block[] = stages.flatMap(([filters, depth], stage) =>
  Array.from({ length: depth }, (_, index) => ({
    name: `stage${stage + 1}_block${index + 1}`,
    filters,
    strides: index === 0 ? (2 as const) : (1 as const),
  })),
);

/**
 * This project's own network: small, fast and plain, so that it runs in int8 and in a browser. Each convolution is followed by its
 * batch normalisation, so that engines fold it away. At 128×128 the output is 8×8×384.
 * @see docs/decisions/0026-graft-tiny.md; its weights are made by training/base-tiny
 */
export const graftTiny = defineBackbone({
  name: 'graft-tiny',
  inputSize: [128, 128],
  minimumSize: 16,
  preprocessing: 'tf',
  blocks: [
    { name: 'stem', lastLayer: 'stem_relu' },
    ...blocks.map(({ name }) => ({ name, lastLayer: `${name}_out` })),
    { name: 'expand', lastLayer: 'expand_relu' },
  ],
  pretrained: 'embedded',
  top: null,
  graph(pixels) {
    const stem = normalized(pixels, { name: 'stem', filters: stemFilters, kernelSize: 3, strides: 2 });
    const last = blocks.reduce(addBlock, relu(stem, 'stem_relu'));
    const expand = normalized(last, { name: 'expand', filters: expandFilters, kernelSize: 1, strides: 1 });
    return relu(expand, 'expand_relu');
  },
});

function addBlock(x: SymbolicTensor, { name, filters, strides }: Block): SymbolicTensor {
  const step = { filters, kernelSize: 3, strides: 1 };
  const first = relu(normalized(x, { ...step, name: `${name}_1`, strides }), `${name}_1_relu`);
  const second = normalized(first, { ...step, name: `${name}_2` });
  const shortcut = strides === 1 ? x : normalized(x, { name: `${name}_0`, filters, kernelSize: 1, strides });
  return relu(add([shortcut, second], `${name}_add`), `${name}_out`);
}

interface Step {
  readonly name: string;
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides: number;
}

function normalized(x: SymbolicTensor, { name, ...step }: Step): SymbolicTensor {
  return batchNormalization(convolution(x, { name: `${name}_conv`, ...step, useBias: false }), { name: `${name}_bn` });
}
