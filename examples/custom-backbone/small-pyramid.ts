import { defineBackbone } from '@graft-ml/node-adapter';
import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';

/** Filters of each block; a block halves the image. */
const widths = [16, 32, 64];

/** Three convolutions, each half the size of the one before. */
export const smallPyramid = defineBackbone({
  // It goes into saved models: one name, one network.
  name: 'small-pyramid',
  inputSize: [64, 64],
  minimumSize: 8,
  // What its weights expect of pixels; `tf` is −1 to 1.
  preprocessing: 'tf',
  // Where fine-tuning may begin: `--fine-tune block2`.
  blocks: widths.map((_, index) => ({ name: `block${index + 1}`, lastLayer: `block${index + 1}_pool` })),
  // It was never trained on ImageNet's 1,000 classes.
  top: null,
  graph: (pixels) =>
    widths.reduce((x, filters, index) => {
      const name = `block${index + 1}`;
      const convolution = layers.conv2d({
        name: `${name}_conv`,
        filters,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
      });
      const pooling = layers.maxPooling2d({ name: `${name}_pool`, poolSize: 2, strides: 2 });
      return pooling.apply(convolution.apply(x)) as SymbolicTensor;
    }, pixels),
});
