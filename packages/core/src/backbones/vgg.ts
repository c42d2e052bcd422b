import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { BackboneDefinition } from './backbone-definition.js';
import { defineBackbone, type BackboneBlueprint } from './define-backbone.js';
import { fullyConnectedTop } from './imagenet-top.js';
import { convolution, maxPooling } from './layer-vocabulary.js';
import { vggModules } from './torch-modules/vgg-modules.js';

/** For each block: how many 3×3 convolutions, how many filters. A 2×2 max pooling ends each block. */
type VggBlocks = readonly (readonly [convolutions: number, filters: number])[];

// prettier-ignore
const vgg16Blocks: VggBlocks = [[2, 64], [2, 128], [3, 256], [3, 512], [3, 512]];
// prettier-ignore
const vgg19Blocks: VggBlocks = [[2, 64], [2, 128], [4, 256], [4, 512], [4, 512]];

/** @see Keras `applications/vgg16.py`; Simonyan and Zisserman 2014, configuration D */
export const vgg16 = vgg('vgg16', vgg16Blocks);

/** @see Keras `applications/vgg19.py`; Simonyan and Zisserman 2014, configuration E */
export const vgg19 = vgg('vgg19', vgg19Blocks);

function vgg(name: string, blocks: VggBlocks): BackboneDefinition {
  const blueprint: BackboneBlueprint = {
    name,
    inputSize: [224, 224],
    minimumSize: 32,
    preprocessing: 'caffe',
    blocks: blocks.map((_, index) => ({ name: `block${index + 1}`, lastLayer: `block${index + 1}_pool` })),
    topLayers: ['fc1', 'fc2', 'predictions'],
    top: fullyConnectedTop,
    graph: (pixels) => blocks.reduce(addBlock, pixels),
  };
  return defineBackbone(blueprint, [
    {
      // The networks of PyTorch Image Models have the same names.
      dialect: 'torchvision',
      preprocessing: 'torch',
      moduleOf: vggModules(blocks.map(([convolutions]) => convolutions)),
      stem: 'features.0',
      topModules: ['classifier', 'pre_logits', 'head'],
    },
  ]);
}

function addBlock(x: SymbolicTensor, [convolutions, filters]: VggBlocks[number], index: number): SymbolicTensor {
  const block = `block${index + 1}`;
  for (let n = 1; n <= convolutions; n += 1) {
    x = convolution(x, { name: `${block}_conv${n}`, filters, kernelSize: 3, activation: 'relu' });
  }
  return maxPooling(x, { name: `${block}_pool`, poolSize: 2, strides: 2 });
}
