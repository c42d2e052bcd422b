import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { autoNames, type AutoNames } from './auto-names.js';
import type { BackboneDefinition } from './backbone-definition.js';
import { defineBackbone } from './define-backbone.js';
import { add, batchNormalization, border, convolution, maxPooling, relu, zeroPadding } from './layer-vocabulary.js';
import {
  residualBlocks,
  resnetDepths,
  resnetEpsilon,
  resnetStem,
  type ResidualBlock,
  type ResnetDepths,
} from './resnet.js';

/** @see Keras `applications/resnet_v2.py`; He et al. 2016, "Identity mappings in deep residual networks" */
export const resnet50v2 = resnetV2('resnet50v2', resnetDepths[50]);
/** @see {@link resnet50v2} */
export const resnet101v2 = resnetV2('resnet101v2', resnetDepths[101]);
/** @see {@link resnet50v2} */
export const resnet152v2 = resnetV2('resnet152v2', resnetDepths[152]);

function resnetV2(name: string, depths: ResnetDepths): BackboneDefinition {
  const blocks = residualBlocks(depths);
  const lastBlock = blocks.length - 1;
  return defineBackbone({
    name,
    inputSize: [224, 224],
    minimumSize: 32,
    preprocessing: 'tf',
    blocks: [
      { name: 'conv1', lastLayer: 'pool1_pool' },
      ...blocks.map((block, index) => ({
        name: block.name,
        lastLayer: index === lastBlock ? 'post_relu' : `${block.name}_out`,
      })),
    ],
    topLayers: ['predictions', 'probs'],
    graph(pixels) {
      const unnamed = autoNames();
      const stem = resnetStem(pixels, { useBias: true, normalized: false });
      const x = blocks.reduce((value, block) => addBlock(value, block, unnamed), stem);
      return activated(x, 'post');
    },
  });
}

/** Normalisation and activation stand before the convolutions; a stage gets smaller in its last block, but for conv5. */
function addBlock(x: SymbolicTensor, block: ResidualBlock, unnamed: AutoNames): SymbolicTensor {
  const { name, filters, first, last, stage } = block;
  const strides = last && stage < 3 ? 2 : 1;
  const before = activated(x, `${name}_preact`);
  let shortcut = x;
  if (first) shortcut = convolution(before, { name: `${name}_0_conv`, filters: 4 * filters, kernelSize: 1, strides });
  else if (strides > 1) shortcut = maxPooling(x, { name: unnamed('max_pooling2d'), poolSize: 1, strides });
  let y = convolution(before, { name: `${name}_1_conv`, filters, kernelSize: 1, useBias: false });
  y = zeroPadding(activated(y, `${name}_1`), { name: `${name}_2_pad`, padding: border(1) });
  y = convolution(y, { name: `${name}_2_conv`, filters, kernelSize: 3, strides, padding: 'valid', useBias: false });
  y = convolution(activated(y, `${name}_2`), { name: `${name}_3_conv`, filters: 4 * filters, kernelSize: 1 });
  return add([shortcut, y], `${name}_out`);
}

function activated(x: SymbolicTensor, name: string): SymbolicTensor {
  return relu(batchNormalization(x, { name: `${name}_bn`, epsilon: resnetEpsilon }), `${name}_relu`);
}
