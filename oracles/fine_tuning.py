"""Five steps of fine-tuning a backbone's last block in Keras, as goldens for packages/core/src/model.

usage: python oracles/fine_tuning.py

Weights and activations at the boundary come from the formula that the tests compute too. Of each trained weight a few values are
stored, evenly spaced.
"""

import json
import os

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
os.environ['CUDA_VISIBLE_DEVICES'] = '-1'

import keras
import numpy as np
import tensorflow as tf
from weight_formula import CORE_GOLDEN, seeded_layer, uniform

SEED, CLASSES, BATCH, STEPS, KEPT = 5, 3, 2, 5, 24
SAMPLES = BATCH * STEPS


def set_weights(layer: keras.layers.Layer) -> None:
    # Keras 3 calls a depthwise kernel a kernel.
    depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
    names = ['depthwise_kernel' if depthwise and w.name == 'kernel' else w.name for w in layer.weights]
    named = [(name, tuple(weight.shape)) for name, weight in zip(names, layer.weights)]
    layer.set_weights(seeded_layer(SEED, layer.name, named, 'initial'))


def spaced(values: np.ndarray) -> list[float]:
    flat = values.ravel()
    return flat[np.linspace(0, flat.size - 1, min(KEPT, flat.size)).astype(int)].tolist()


def run(case: dict, make_optimizer) -> dict:
    base = getattr(keras.applications, case['keras'])(
        include_top=False, weights=None, input_shape=(case['inputSize'], case['inputSize'], 3)
    )
    boundary = base.get_layer(case['boundary']).output
    suffix = keras.Model(boundary, base.output)
    for layer in suffix.layers:
        if layer.weights:
            set_weights(layer)
    names = [layer.name for layer in base.layers]
    first = names.index(case['firstTrainable'])
    for layer in suffix.layers:
        frozen_normalization = case['mode'] == 'frozen' and isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = names.index(layer.name) >= first and not frozen_normalization if layer.name in names else True
    logits = keras.layers.Dense(CLASSES, name='head_logits')
    logits.build((None, suffix.output_shape[-1]))
    set_weights(logits)
    shape = (SAMPLES, *boundary.shape[1:])
    # Activations behind a rectifier: half of them 0.
    x = np.maximum(uniform((SEED, 'activations', 0), shape, 0.0, 2.0), 0)
    y = np.eye(CLASSES, dtype=np.float32)[np.arange(SAMPLES) % CLASSES]
    variables = suffix.trainable_variables + logits.trainable_variables
    optimizer, losses = make_optimizer(), []
    # By hand: inside a model that `fit` runs, Keras 3.15 lets its own `training=True` win over the `training=False` that the
    # backbone was called with.
    for start in range(0, SAMPLES, BATCH):
        batch = slice(start, start + BATCH)
        with tf.GradientTape() as tape:
            # As Keras' guide on fine-tuning: statistics stay as they were pretrained, unless asked for.
            features = suffix(x[batch], training=case['mode'] == 'train')
            scores = logits(tf.reduce_mean(features, axis=(1, 2)))
            loss = keras.losses.CategoricalCrossentropy(from_logits=True)(y[batch], scores)
        gradients = tape.gradient(loss, [variable.value for variable in variables])
        optimizer.apply(gradients, variables)
        losses.append(float(loss))
    layers = [layer for layer in suffix.layers if layer.weights] + [logits]
    return {
        **case,
        'boundaryShape': list(boundary.shape[1:]),
        'loss': float(np.mean(losses)),
        'weights': {layer.name: [spaced(value) for value in layer.get_weights()] for layer in layers},
    }


def main() -> None:
    sgd = {'name': 'sgd', 'momentum': 0.9, 'learningRate': 0.01}
    adam = {'name': 'adam', 'learningRate': 1e-4}
    vgg = {
        'backbone': 'vgg16',
        'keras': 'VGG16',
        'inputSize': 32,
        'unfreezeFrom': 'block5',
        'boundary': 'block4_pool',
        'firstTrainable': 'block5_conv1',
        'mode': 'inference',
    }
    mobilenet = {
        'backbone': 'mobilenetv2',
        'keras': 'MobileNetV2',
        'inputSize': 64,
        'unfreezeFrom': 'block_16',
        'boundary': 'block_15_add',
        'firstTrainable': 'block_16_expand',
        'mode': 'inference',
    }
    # Begins inside a residual block: what its shortcut jumps over is in the suffix too, and stays frozen.
    resnet = {
        'backbone': 'resnet50',
        'keras': 'ResNet50',
        'inputSize': 32,
        'unfreezeFrom': 'conv5_block3_2_conv',
        'boundary': 'conv5_block2_out',
        'firstTrainable': 'conv5_block3_2_conv',
        'mode': 'inference',
    }
    cases = [
        {**vgg, 'optimizer': sgd},
        {**vgg, 'optimizer': adam},
        {**mobilenet, 'optimizer': sgd},
        {**mobilenet, 'optimizer': adam},
        {**mobilenet, 'optimizer': sgd, 'mode': 'train'},
        {**mobilenet, 'optimizer': sgd, 'mode': 'frozen'},
        {**resnet, 'optimizer': sgd},
    ]

    def optimizer_of(case: dict):
        options = case['optimizer']
        if options['name'] == 'sgd':
            return lambda: keras.optimizers.SGD(options['learningRate'], momentum=options['momentum'])
        return lambda: keras.optimizers.Adam(options['learningRate'])

    golden = {'keras': keras.__version__, 'cases': [run(case, optimizer_of(case)) for case in cases]}
    (CORE_GOLDEN / 'fine-tuning.json').write_text(json.dumps(golden) + '\n')


if __name__ == '__main__':
    main()
