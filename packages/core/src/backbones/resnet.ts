import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { BackboneDefinition } from './backbone-definition.js';
import { defineBackbone, type BackboneBlueprint } from './define-backbone.js';
import { add, batchNormalization, border, convolution, maxPooling, relu, zeroPadding } from './layer-vocabulary.js';
import { resnetModule } from './torch-modules/resnet-modules.js';

/** How many residual blocks the stages conv2 to conv5 have. */
export type ResnetDepths = readonly [conv2: number, conv3: number, conv4: number, conv5: number];

export const resnetDepths = {
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
} as const satisfies Record<number, ResnetDepths>;

/** The normalisations of all residual networks, DenseNet among them. */
export const resnetEpsilon = 1.001e-5;

/** Where libraries differ. */
interface ResnetDetails {
  /** Whether convolutions have a bias in front of their normalisation. */
  readonly useBias: boolean;
  readonly epsilon: number;
  /** Which of a block's convolutions makes images smaller. PyTorch's choice is known as ResNet 1.5. */
  readonly strided: 1 | 2;
}

const kerasDetails: ResnetDetails = { useBias: true, epsilon: resnetEpsilon, strided: 1 };
const torchDetails: ResnetDetails = { useBias: false, epsilon: 1e-5, strided: 2 };

/** @see Keras `applications/resnet.py`; He et al. 2015, "Deep residual learning for image recognition" */
export const resnet50 = resnet('resnet50', resnetDepths[50]);
/** @see {@link resnet50} */
export const resnet101 = resnet('resnet101', resnetDepths[101]);
/** @see {@link resnet50} */
export const resnet152 = resnet('resnet152', resnetDepths[152]);

function resnet(name: string, depths: ResnetDepths): BackboneDefinition {
  const blocks = residualBlocks(depths);
  const graph = (details: ResnetDetails) => (pixels: SymbolicTensor) =>
    blocks.reduce((x, block) => addBlock(x, block, details), resnetStem(pixels, { ...details, normalized: true }));
  const blueprint: BackboneBlueprint = {
    name,
    inputSize: [224, 224],
    minimumSize: 32,
    preprocessing: 'caffe',
    blocks: [
      { name: 'conv1', lastLayer: 'pool1_pool' },
      ...blocks.map((block) => ({ name: block.name, lastLayer: `${block.name}_out` })),
    ],
    topLayers: ['predictions', 'probs', 'fc1000'],
    graph: graph(kerasDetails),
  };
  return defineBackbone(blueprint, [
    {
      // The networks of PyTorch Image Models have the same names and details.
      dialect: 'torchvision',
      preprocessing: 'torch',
      graph: graph(torchDetails),
      moduleOf: resnetModule,
      stem: 'conv1',
      topModules: ['fc'],
    },
  ]);
}

/** One residual block: 1×1, 3×3 and 1×1 convolutions around a shortcut. */
export interface ResidualBlock {
  readonly name: string;
  /** Of the first two convolutions; the last has four times as many. */
  readonly filters: number;
  /** Whether the block is its stage's first, or its last. */
  readonly first: boolean;
  readonly last: boolean;
  /** Of the stages conv2 to conv5, 0–3. */
  readonly stage: number;
}

export function residualBlocks(depths: ResnetDepths): readonly ResidualBlock[] {
  return depths.flatMap((depth, stage) =>
    Array.from({ length: depth }, (_, index) => ({
      name: `conv${stage + 2}_block${index + 1}`,
      filters: 64 * 2 ** stage,
      first: index === 0,
      last: index === depth - 1,
      stage,
    })),
  );
}

/** The 7×7 convolution and the pooling in front, by which images get four times smaller. */
export function resnetStem(
  pixels: SymbolicTensor,
  options: { readonly useBias: boolean; readonly normalized: boolean; readonly epsilon?: number },
): SymbolicTensor {
  const { useBias, normalized, epsilon = resnetEpsilon } = options;
  let x = zeroPadding(pixels, { name: 'conv1_pad', padding: border(3) });
  x = convolution(x, { name: 'conv1_conv', filters: 64, kernelSize: 7, strides: 2, padding: 'valid', useBias });
  if (normalized) {
    x = relu(batchNormalization(x, { name: 'conv1_bn', epsilon }), 'conv1_relu');
  }
  x = zeroPadding(x, { name: 'pool1_pad', padding: border(1) });
  return maxPooling(x, { name: 'pool1_pool', poolSize: 3, strides: 2 });
}

function addBlock(x: SymbolicTensor, block: ResidualBlock, details: ResnetDetails): SymbolicTensor {
  const { name, filters, first, stage } = block;
  const strides = first && stage > 0 ? 2 : 1;
  const step = (input: SymbolicTensor, number: number, options: Omit<Step, 'name'>) =>
    normalized(input, { ...options, name: `${name}_${number}` }, details);
  const shortcut = first ? step(x, 0, { filters: 4 * filters, kernelSize: 1, strides }) : x;
  let y = step(x, 1, { filters, kernelSize: 1, strides: details.strided === 1 ? strides : 1 });
  y = step(relu(y, `${name}_1_relu`), 2, { filters, kernelSize: 3, strides: details.strided === 2 ? strides : 1 });
  y = step(relu(y, `${name}_2_relu`), 3, { filters: 4 * filters, kernelSize: 1, strides: 1 });
  return relu(add([shortcut, y], `${name}_add`), `${name}_out`);
}

interface Step {
  readonly name: string;
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides: number;
}

function normalized(x: SymbolicTensor, { name, ...step }: Step, details: ResnetDetails): SymbolicTensor {
  const { useBias, epsilon } = details;
  const y = convolution(x, { name: `${name}_conv`, ...step, useBias, padding: 'symmetric' });
  return batchNormalization(y, { name: `${name}_bn`, epsilon });
}
