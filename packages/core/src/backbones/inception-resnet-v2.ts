import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { CustomScaleLayer } from '../layers/custom-scale-layer.js';
import { autoNames } from './auto-names.js';
import { defineBackbone } from './define-backbone.js';
import { inceptionStem, runBranches, type Branch, type InceptionGraph, type PathStep } from './inception-parts.js';
import { batchNormalization, concatenate, convolution, relu } from './layer-vocabulary.js';

/** A module whose branches are joined. */
interface Joining {
  readonly kind: 'joining';
  readonly name: string;
  readonly branches: readonly Branch[];
}

/** A module whose branches are joined, widened and added to its input, made smaller by `scale`. */
interface Residual {
  readonly kind: 'residual';
  readonly name: string;
  readonly branches: readonly Branch[];
  readonly scale: number;
  /** The very last one ends without. */
  readonly activated: boolean;
}

const reducing = (filters: number): PathStep => [filters, 3, 2];

const block35: readonly Branch[] = [
  [[32, 1]],
  [
    [32, 1],
    [32, 3],
  ],
  [
    [32, 1],
    [48, 3],
    [64, 3],
  ],
];
const block17: readonly Branch[] = [
  [[192, 1]],
  [
    [128, 1],
    [160, [1, 7]],
    [192, [7, 1]],
  ],
];
const block8: readonly Branch[] = [
  [[192, 1]],
  [
    [192, 1],
    [224, [1, 3]],
    [256, [3, 1]],
  ],
];

const modules: readonly (Joining | Residual)[] = [
  {
    kind: 'joining',
    name: 'mixed_5b',
    branches: [
      [[96, 1]],
      [
        [48, 1],
        [64, 5],
      ],
      [
        [64, 1],
        [96, 3],
        [96, 3],
      ],
      ['average', [64, 1]],
    ],
  },
  ...residuals('block35', { count: 10, branches: block35, scale: 0.17 }),
  {
    kind: 'joining',
    name: 'mixed_6a',
    branches: [[reducing(384)], [[256, 1], [256, 3], reducing(384)], ['max']],
  },
  ...residuals('block17', { count: 20, branches: block17, scale: 0.1 }),
  {
    kind: 'joining',
    name: 'mixed_7a',
    branches: [[[256, 1], reducing(384)], [[256, 1], reducing(288)], [[256, 1], [288, 3], reducing(320)], ['max']],
  },
  ...residuals('block8', { count: 9, branches: block8, scale: 0.2 }),
  { kind: 'residual', name: 'block8_10', branches: block8, scale: 1, activated: false },
];

function residuals(
  name: string,
  { count, ...module }: Pick<Residual, 'branches' | 'scale'> & { readonly count: number },
): readonly Residual[] {
  return Array.from({ length: count }, (_, index) => ({
    ...module,
    kind: 'residual',
    name: `${name}_${index + 1}`,
    activated: true,
  }));
}

/**
 * InceptionResNetV2. Keras leaves most of its layers unnamed; ours are named as in a session that has built nothing else.
 * @see Keras `applications/inception_resnet_v2.py`; Szegedy et al. 2016, "Inception-v4, Inception-ResNet and the Impact of
 *   Residual Connections on Learning"
 */
export const inceptionresnetv2 = defineBackbone({
  name: 'inceptionresnetv2',
  inputSize: [299, 299],
  minimumSize: 75,
  preprocessing: 'tf',
  blocks: [
    { name: 'stem', lastLayer: 'max_pooling2d_1' },
    ...modules.map((module) => ({ name: module.name, lastLayer: lastLayer(module) })),
    { name: 'conv_7b', lastLayer: 'conv_7b_ac' },
  ],
  topLayers: ['predictions'],
  graph(pixels) {
    const graph: InceptionGraph = { autoName: autoNames() };
    let x = inceptionStem(pixels, graph);
    for (const module of modules) {
      x = module.kind === 'joining' ? join(x, module, graph) : addResidual(x, module, graph);
    }
    x = convolution(x, { name: 'conv_7b', filters: 1536, kernelSize: 1, useBias: false });
    return relu(batchNormalization(x, { name: 'conv_7b_bn', scale: false }), 'conv_7b_ac');
  },
});

function lastLayer(module: Joining | Residual): string {
  if (module.kind === 'joining') return module.name;
  if (module.activated) return `${module.name}_ac`;
  const earlier = modules.filter(({ kind }) => kind === 'residual').length - 1;
  return `custom_scale_layer_${earlier}`;
}

function join(x: SymbolicTensor, { name, branches }: Joining, graph: InceptionGraph): SymbolicTensor {
  return concatenate(runBranches(x, branches, graph), name);
}

function addResidual(x: SymbolicTensor, module: Residual, graph: InceptionGraph): SymbolicTensor {
  const { name, branches, scale, activated } = module;
  const mixed = concatenate(runBranches(x, branches, graph), `${name}_mixed`);
  const widened = convolution(mixed, { name: `${name}_conv`, filters: Number(x.shape.at(-1)), kernelSize: 1 });
  const layer = new CustomScaleLayer({ name: graph.autoName('custom_scale_layer'), scale });
  const sum = layer.apply([x, widened]) as SymbolicTensor;
  return activated ? relu(sum, `${name}_ac`) : sum;
}
