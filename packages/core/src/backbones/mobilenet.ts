import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { BackboneDefinition } from './backbone-definition.js';
import { defineBackbone } from './define-backbone.js';
import { mobilenetTop } from './imagenet-top.js';
import { batchNormalization, convolution, depthwiseConvolution, relu6, zeroPadding } from './layer-vocabulary.js';

/** For each depthwise block: filters of its 1×1 convolution, and its stride. */
type DepthwiseBlocks = readonly (readonly [filters: number, strides: number])[];

// prettier-ignore
const depthwiseBlocks: DepthwiseBlocks = [
  [64, 1], [128, 2], [128, 1], [256, 2], [256, 1],
  [512, 2], [512, 1], [512, 1], [512, 1], [512, 1], [512, 1],
  [1024, 2], [1024, 1],
];

/** @see Keras `applications/mobilenet.py`; Howard et al. 2017, "MobileNets" */
export const mobilenet = mobilenetOfWidth(1);
/** Those with a share `alpha` of the filters: `mobilenet_0.25`, `mobilenet_0.50` and `mobilenet_0.75`. */
export const narrowMobilenets = [0.25, 0.5, 0.75].map(mobilenetOfWidth);

function mobilenetOfWidth(alpha: number): BackboneDefinition {
  return defineBackbone({
    name: alpha === 1 ? 'mobilenet' : `mobilenet_${alpha.toFixed(2)}`,
    inputSize: [224, 224],
    minimumSize: 32,
    preprocessing: 'tf',
    blocks: [
      { name: 'conv1', lastLayer: 'conv1_relu' },
      ...depthwiseBlocks.map((_, index) => ({ name: `conv_${index + 1}`, lastLayer: `conv_pw_${index + 1}_relu` })),
    ],
    topLayers: ['conv_preds'],
    top: mobilenetTop,
    graph(pixels) {
      const conv1 = { name: 'conv1', filters: Math.floor(32 * alpha), kernelSize: 3, strides: 2, useBias: false };
      const stem = activated(convolution(pixels, conv1), 'conv1');
      return depthwiseBlocks.reduce(
        (x, [filters, strides], index) => addBlock(x, { filters: Math.floor(filters * alpha), strides, n: index + 1 }),
        stem,
      );
    },
  });
}

function addBlock(x: SymbolicTensor, block: { filters: number; strides: number; n: number }): SymbolicTensor {
  const { filters, strides, n } = block;
  const padding = strides === 1 ? 'same' : 'valid';
  if (strides > 1) x = zeroPadding(x, { name: `conv_pad_${n}`, padding: [[0, 1], [0, 1]] }); // prettier-ignore
  x = depthwiseConvolution(x, { name: `conv_dw_${n}`, kernelSize: 3, strides, padding, useBias: false });
  x = activated(x, `conv_dw_${n}`);
  x = convolution(x, { name: `conv_pw_${n}`, filters, kernelSize: 1, useBias: false });
  return activated(x, `conv_pw_${n}`);
}

function activated(x: SymbolicTensor, name: string): SymbolicTensor {
  return relu6(batchNormalization(x, { name: `${name}_bn` }), `${name}_relu`);
}
