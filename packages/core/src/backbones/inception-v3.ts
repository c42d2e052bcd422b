import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { autoNames } from './auto-names.js';
import { defineBackbone } from './define-backbone.js';
import {
  autoNamedConvolution,
  inceptionStem,
  runBranches,
  type Branch,
  type InceptionGraph,
  type PathStep,
} from './inception-parts.js';
import { averagePooling, concatenate } from './layer-vocabulary.js';

/** A module's branches: paths of convolutions, or a pooling. Their outputs are joined. */
interface Module {
  readonly name: string;
  readonly branches: readonly Branch[];
}

/** Averages of 3×3, then a 1×1 convolution. */
const averaged = (filters: number): Branch => ['average', [filters, 1]];

const narrow = (name: string, pooled: number): Module => ({
  name,
  branches: [
    [[64, 1]],
    [
      [48, 1],
      [64, 5],
    ],
    [
      [64, 1],
      [96, 3],
      [96, 3],
    ],
    averaged(pooled),
  ],
});

const stretched = (name: string, filters: number): Module => ({
  name,
  branches: [
    [[192, 1]],
    [
      [filters, 1],
      [filters, [1, 7]],
      [192, [7, 1]],
    ],
    [
      [filters, 1],
      [filters, [7, 1]],
      [filters, [1, 7]],
      [filters, [7, 1]],
      [192, [1, 7]],
    ],
    averaged(192),
  ],
});

const reducing = (filters: number): PathStep => [filters, 3, 2];

const modules: readonly Module[] = [
  narrow('mixed0', 32),
  narrow('mixed1', 64),
  narrow('mixed2', 64),
  { name: 'mixed3', branches: [[reducing(384)], [[64, 1], [96, 3], reducing(96)], ['max']] },
  stretched('mixed4', 128),
  stretched('mixed5', 160),
  stretched('mixed6', 160),
  stretched('mixed7', 192),
  {
    name: 'mixed8',
    branches: [[[192, 1], reducing(320)], [[192, 1], [192, [1, 7]], [192, [7, 1]], reducing(192)], ['max']],
  },
];

/**
 * InceptionV3. Keras leaves most of its layers unnamed; ours are named as in a session that has built nothing else.
 * @see Keras `applications/inception_v3.py`; Szegedy et al. 2015, "Rethinking the Inception Architecture"
 */
export const inceptionv3 = defineBackbone({
  name: 'inceptionv3',
  inputSize: [299, 299],
  minimumSize: 75,
  preprocessing: 'tf',
  blocks: [
    { name: 'stem', lastLayer: 'max_pooling2d_1' },
    ...[...modules.map(({ name }) => name), 'mixed9', 'mixed10'].map((name) => ({ name, lastLayer: name })),
  ],
  topLayers: ['predictions'],
  graph(pixels) {
    const graph: InceptionGraph = { autoName: autoNames() };
    let x = inceptionStem(pixels, graph);
    for (const { name, branches } of modules) x = concatenate(runBranches(x, branches, graph), name);
    for (const index of [0, 1]) x = splitModule(x, index, graph);
    return x;
  },
});

/** The last two modules, in which two branches split once more. */
function splitModule(x: SymbolicTensor, index: number, graph: InceptionGraph): SymbolicTensor {
  const convolve = (input: SymbolicTensor, step: PathStep) => autoNamedConvolution(input, step, graph);
  const split = (input: SymbolicTensor, name: string) =>
    concatenate([convolve(input, [384, [1, 3]]), convolve(input, [384, [3, 1]])], name);
  const single = convolve(x, [320, 1]);
  const once = split(convolve(x, [384, 1]), `mixed9_${index}`);
  const twice = split(convolve(convolve(x, [448, 1]), [384, 3]), graph.autoName('concatenate'));
  const name = graph.autoName('average_pooling2d');
  const pooled = convolve(averagePooling(x, { name, poolSize: 3, strides: 1, padding: 'same' }), [192, 1]);
  return concatenate([single, once, twice, pooled], `mixed${9 + index}`);
}
