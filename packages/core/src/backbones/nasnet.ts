import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { autoNames, type AutoNames } from './auto-names.js';
import type { BackboneDefinition } from './backbone-definition.js';
import { defineBackbone } from './define-backbone.js';
import {
  add,
  averagePooling,
  batchNormalization,
  concatenate,
  convolution,
  maxPooling,
  relu,
  separableConvolution,
  stridePadding,
  zeroPadding,
} from './layer-vocabulary.js';

interface Member {
  readonly name: string;
  /** The input's side in pixels. */
  readonly side: number;
  readonly stemFilters: number;
  /** Normal cells in each of the three stacks. */
  readonly cells: number;
  /** Filters of the first stack; each reduction doubles them. */
  readonly filters: number;
  /** After a reduction, the next cell also reads what came before the reduction's own input, not that input. */
  readonly skipsReduction: boolean;
  /** Keras leaves the last layer unnamed: its number counts the unnamed activations. */
  readonly lastLayer: string;
}

/**
 * NASNetMobile and NASNetLarge. Each cell reads the outputs of the two cells before it, so no single tensor separates one
 * cell from the next: fine-tuning may begin behind the stem or at the head, nowhere else.
 * @see Keras `applications/nasnet.py`; Zoph et al. 2017, "Learning Transferable Architectures for Scalable Image Recognition"
 */
// prettier-ignore
export const nasnets: readonly BackboneDefinition[] = [
  { name: 'nasnetmobile', side: 224, stemFilters: 32, cells: 4, filters: 44, skipsReduction: false, lastLayer: 'activation_187' },
  { name: 'nasnetlarge', side: 331, stemFilters: 96, cells: 6, filters: 168, skipsReduction: true, lastLayer: 'activation_259' },
].map(nasnet);

const normalizing = { epsilon: 1e-3, momentum: 0.9997 };

/** The outputs of the last cell and of the one before. */
interface Pair {
  readonly x: SymbolicTensor;
  readonly before: SymbolicTensor | undefined;
}

/** One cell: its name, its filters, and how to name layers that Keras leaves unnamed. */
interface Cell {
  readonly id: string;
  readonly filters: number;
  readonly autoName: AutoNames;
}

function nasnet({ name, side, stemFilters, cells, filters, skipsReduction, lastLayer }: Member): BackboneDefinition {
  return defineBackbone({
    name,
    inputSize: [side, side],
    minimumSize: 32,
    preprocessing: 'tf',
    blocks: [
      { name: 'stem', lastLayer: 'stem_bn1' },
      { name: 'cells', lastLayer },
    ],
    topLayers: ['predictions'],
    graph(pixels) {
      const autoName = autoNames();
      const cell = (id: string | number, width: number): Cell => ({ id: String(id), filters: width, autoName });
      const stem = convolution(pixels, {
        name: 'stem_conv1',
        filters: stemFilters,
        kernelSize: 3,
        strides: 2,
        padding: 'valid',
        useBias: false,
      });
      let pair: Pair = { x: batchNormalization(stem, { name: 'stem_bn1', ...normalizing }), before: undefined };
      pair = reductionCell(pair, cell('stem_1', filters / 4));
      pair = reductionCell(pair, cell('stem_2', filters / 2));
      for (const stack of [0, 1, 2]) {
        const width = filters * 2 ** stack;
        if (stack > 0) {
          const reduced = reductionCell(pair, cell(`reduce_${stack * cells}`, width));
          pair = skipsReduction ? { ...reduced, before: pair.before } : reduced;
        }
        const first = stack === 0 ? 0 : stack * cells + 1;
        for (let index = 0; index < cells; index += 1) pair = normalCell(pair, cell(first + index, width));
      }
      return relu(pair.x, autoName('activation'));
    },
  });
}

/** Keeps the size. */
function normalCell({ x: input, before }: Pair, cell: Cell): Pair {
  const { id } = cell;
  const p = adjust(before ?? input, input, cell);
  const h = squeeze(input, 'normal', cell);
  const add1 = add(
    [
      separableBlock(h, { id: `normal_left1_${id}`, kernelSize: 5, cell }),
      separableBlock(p, { id: `normal_right1_${id}`, kernelSize: 3, cell }),
    ],
    `normal_add_1_${id}`,
  );
  const add2 = add(
    [
      separableBlock(p, { id: `normal_left2_${id}`, kernelSize: 5, cell }),
      separableBlock(p, { id: `normal_right2_${id}`, kernelSize: 3, cell }),
    ],
    `normal_add_2_${id}`,
  );
  const add3 = add([smooth(h, `normal_left3_${id}`), p], `normal_add_3_${id}`);
  const add4 = add([smooth(p, `normal_left4_${id}`), smooth(p, `normal_right4_${id}`)], `normal_add_4_${id}`);
  const add5 = add([separableBlock(h, { id: `normal_left5_${id}`, kernelSize: 3, cell }), h], `normal_add_5_${id}`);
  return { x: concatenate([p, add1, add2, add3, add4, add5], `normal_concat_${id}`), before: input };
}

/** Halves the size. */
function reductionCell({ x: input, before }: Pair, cell: Cell): Pair {
  const { id, autoName } = cell;
  const p = adjust(before ?? input, input, cell);
  const h = squeeze(input, 'reduction', cell);
  const padded = zeroPadding(h, { padding: stridePadding(h, 3), name: `reduction_pad_1_${id}` });
  const pooling = { poolSize: 3, strides: 2 };
  const add1 = add(
    [
      separableBlock(h, { id: `reduction_left1_${id}`, kernelSize: 5, strides: 2, cell }),
      separableBlock(p, { id: `reduction_right1_${id}`, kernelSize: 7, strides: 2, cell }),
    ],
    `reduction_add_1_${id}`,
  );
  const add2 = add(
    [
      maxPooling(padded, { name: `reduction_left2_${id}`, ...pooling }),
      separableBlock(p, { id: `reduction_right2_${id}`, kernelSize: 7, strides: 2, cell }),
    ],
    `reduction_add_2_${id}`,
  );
  const add3 = add(
    [
      averagePooling(padded, { name: `reduction_left3_${id}`, ...pooling }),
      separableBlock(p, { id: `reduction_right3_${id}`, kernelSize: 5, strides: 2, cell }),
    ],
    `reduction_add3_${id}`,
  );
  const add4 = add([add2, smooth(add1, `reduction_left4_${id}`)], autoName('add'));
  const add5 = add(
    [
      separableBlock(add1, { id: `reduction_left4_${id}`, kernelSize: 3, cell }),
      maxPooling(padded, { name: `reduction_right5_${id}`, ...pooling }),
    ],
    `reduction_add4_${id}`,
  );
  return { x: concatenate([add2, add3, add4, add5], `reduction_concat_${id}`), before: input };
}

/** Brings the earlier of the two inputs to the size and the filters of the cell. */
function adjust(p: SymbolicTensor, input: SymbolicTensor, { id, filters, autoName }: Cell): SymbolicTensor {
  if (p === input) return p;
  const normalize = (x: SymbolicTensor) => batchNormalization(x, { name: `adjust_bn_${id}`, ...normalizing });
  // Keras compares widths only.
  if (p.shape[2] !== input.shape[2]) {
    const rectified = relu(p, `adjust_relu_1_${id}`);
    const shifted = shiftByOne(rectified, autoName);
    const halves = [rectified, shifted].map((half, index) => {
      const sampled = averagePooling(half, { name: `adjust_avg_pool_${index + 1}_${id}`, poolSize: 1, strides: 2 });
      return pointwise(sampled, { name: `adjust_conv_${index + 1}_${id}`, filters: filters / 2 });
    });
    return normalize(concatenate(halves, autoName('concatenate')));
  }
  if (p.shape[3] === filters) return p;
  const projected = pointwise(relu(p, autoName('activation')), { name: `adjust_conv_projection_${id}`, filters });
  return normalize(projected);
}

/** One pixel up and left; zeros follow. */
function shiftByOne(x: SymbolicTensor, autoName: AutoNames): SymbolicTensor {
  const after: [[number, number], [number, number]] = [
    [0, 1],
    [0, 1],
  ];
  const before: [[number, number], [number, number]] = [
    [1, 0],
    [1, 0],
  ];
  const padded = zeroPadding(x, { padding: after, name: autoName('zero_padding2d') });
  return layers.cropping2D({ cropping: before, name: autoName('cropping2d') }).apply(padded) as SymbolicTensor;
}

/** To the cell's filters. */
function squeeze(x: SymbolicTensor, kind: 'normal' | 'reduction', { id, filters, autoName }: Cell): SymbolicTensor {
  const squeezed = pointwise(relu(x, autoName('activation')), { name: `${kind}_conv_1_${id}`, filters });
  return batchNormalization(squeezed, { name: `${kind}_bn_1_${id}`, ...normalizing });
}

function pointwise(x: SymbolicTensor, options: { name: string; filters: number }): SymbolicTensor {
  return convolution(x, { ...options, kernelSize: 1, useBias: false });
}

/** Averages of 3×3, in place. */
function smooth(x: SymbolicTensor, name: string): SymbolicTensor {
  return averagePooling(x, { name, poolSize: 3, strides: 1, padding: 'same' });
}

interface SeparableOptions {
  readonly id: string;
  readonly kernelSize: number;
  readonly strides?: 2;
  readonly cell: Cell;
}

/** Twice ReLU, separable convolution and batch normalisation; the first convolution may halve the size. */
function separableBlock(input: SymbolicTensor, { id, kernelSize, strides, cell }: SeparableOptions): SymbolicTensor {
  const { filters, autoName } = cell;
  let x = relu(input, autoName('activation'));
  if (strides === 2) x = zeroPadding(x, { padding: stridePadding(x, kernelSize), name: `separable_conv_1_pad_${id}` });
  for (const step of [1, 2]) {
    if (step === 2) x = relu(x, autoName('activation'));
    const halving = step === 1 && strides === 2;
    x = separableConvolution(x, {
      name: `separable_conv_${step}_${id}`,
      filters,
      kernelSize,
      strides: halving ? 2 : 1,
      padding: halving ? 'valid' : 'same',
      useBias: false,
    });
    x = batchNormalization(x, { name: `separable_conv_${step}_bn_${id}`, ...normalizing });
  }
  return x;
}
