import { layers } from '@tensorflow/tfjs-layers';
import { HardSwish } from '../layers/hard-activations.js';
import { KeepdimsAveragePooling } from '../layers/keepdims-pooling.js';

/** The classifier that a backbone was pretrained with, `include_top` in Keras: layers in a row, the last one a softmax. */
export type ImagenetTop = (classes: number) => readonly InstanceType<typeof layers.Layer>[];

/** Global average pooling and a dense layer: most networks'. */
export const denseTop: ImagenetTop = (classes) => [averagePool(), ...predictions(classes)];

/** The same with dropout between. */
export function droppingTop(rate: number): ImagenetTop {
  return (classes) => [averagePool(), layers.dropout({ rate, name: 'top_dropout' }), ...predictions(classes)];
}

/** Two wide layers over all positions: VGG's. Its weights fit one input size only. */
export const fullyConnectedTop: ImagenetTop = (classes) => [
  layers.flatten({ name: 'flatten' }),
  layers.dense({ units: 4096, activation: 'relu', name: 'fc1' }),
  layers.dense({ units: 4096, activation: 'relu', name: 'fc2' }),
  ...predictions(classes),
];

/** A convolution over the averages: MobileNet's. */
export const mobilenetTop: ImagenetTop = (classes) => [
  pixelOfAverages(),
  layers.dropout({ rate: 0.001, name: 'dropout' }),
  layers.conv2d({ filters: classes, kernelSize: 1, padding: 'same', name: 'conv_preds' }),
  ...flattened(),
];

/** Two convolutions over the averages, the first with `filters`: MobileNetV3's. */
export function mobilenetV3Top(filters: number): ImagenetTop {
  return (classes) => [
    pixelOfAverages(),
    layers.conv2d({ filters, kernelSize: 1, padding: 'same', name: 'conv_2' }),
    layers.activation({ activation: HardSwish.className as 'linear', name: 'top_activation' }),
    layers.dropout({ rate: 0.2, name: 'dropout' }),
    layers.conv2d({ filters: classes, kernelSize: 1, padding: 'same', name: 'logits' }),
    ...flattened(),
  ];
}

/** Normalised averages and a dense layer: ConvNeXt's. */
export function normalizingTop(prefix: string, epsilon: number): ImagenetTop {
  return (classes) => [
    layers.globalAveragePooling2d({ name: `${prefix}_head_gap` }),
    layers.layerNormalization({ epsilon, name: `${prefix}_head_layernorm` }),
    layers.dense({ units: classes, name: `${prefix}_head_dense` }),
    scores(),
  ];
}

/** One map for each class, averaged: SqueezeNet's. */
export const squeezenetTop: ImagenetTop = (classes) => [
  layers.dropout({ rate: 0.5, name: 'drop9' }),
  layers.conv2d({ filters: classes, kernelSize: 1, padding: 'valid', activation: 'relu', name: 'conv10' }),
  averagePool(),
  scores(),
];

function predictions(classes: number) {
  return [layers.dense({ units: classes, name: 'predictions' }), scores()];
}

function flattened() {
  return [layers.flatten({ name: 'top_flatten' }), scores()];
}

// The softmax stands apart from the last layer with weights, so that training sees logits.
function scores() {
  return layers.softmax({ name: 'scores' });
}

function averagePool() {
  return layers.globalAveragePooling2d({ name: 'avg_pool' });
}

function pixelOfAverages() {
  return new KeepdimsAveragePooling({ name: 'avg_pool' });
}
