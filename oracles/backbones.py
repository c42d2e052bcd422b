"""Writes packages/core/test/golden/backbones/<name>.json: what Keras computes with formula weights on formula pixels.

`python oracles/backbones.py [name …]`; versions in requirements-backbones.txt. Networks that Keras itself lacks are
built here from their layout.
"""

import json
import os
import sys

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
os.environ['TF_ENABLE_ONEDNN_OPTS'] = '0'

import keras
import numpy as np
from keras import layers as L

from weight_formula import CORE_GOLDEN, formula_image, position_hash, script_hash, seeded_layer, weights_digest

PROBES = 300
SEED = 42
# Keras 3 refuses slashes in layer names; the published SqueezeNet weights have them.
SLASH = '__'


def squeezenet(input_shape):
    def conv(x, name, filters, size, strides=1, padding='same'):
        x = L.Conv2D(filters, size, strides=strides, padding=padding, name=name)(x)
        head, _, tail = name.rpartition(SLASH)
        return L.Activation('relu', name=f'{head}{SLASH}relu_{tail}' if head else f'relu_{tail}')(x)

    pixels = keras.Input(input_shape)
    x = conv(pixels, 'conv1', 64, 3, 2, 'valid')
    x = L.MaxPooling2D(3, 2, name='pool1')(x)
    for module, (squeeze, expand) in enumerate(
        [(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)], start=2
    ):
        narrow = conv(x, f'fire{module}{SLASH}squeeze1x1', squeeze, 1)
        wide = [conv(narrow, f'fire{module}{SLASH}expand{k}x{k}', expand, k) for k in (1, 3)]
        x = L.Concatenate(name=f'fire{module}{SLASH}concat')(wide)
        if module in (3, 5):
            x = L.MaxPooling2D(3, 2, name=f'pool{module}')(x)
    return keras.Model(pixels, x)


def application(name):
    return lambda shape: getattr(keras.applications, name)(include_top=False, weights=None, input_shape=shape)


# name → (builder, [(height, width, preprocessing), …]): its own size, and a small one that no stride divides evenly.
NETWORKS = {
    'vgg16': (application('VGG16'), [(224, 224, 'caffe'), (67, 45, 'unit')]),
    'vgg19': (application('VGG19'), [(224, 224, 'caffe'), (67, 45, 'unit')]),
    'squeezenet': (squeezenet, [(224, 224, 'caffe'), (83, 66, 'unit')]),
}


def preprocess(image, mode):
    pixels = image.astype(np.float32)
    if mode == 'caffe':
        return keras.applications.imagenet_utils.preprocess_input(pixels, mode='caffe')
    return pixels / np.float32(255)


def true_name(layer):
    return layer.name.replace(SLASH, '/')


def set_formula_weights(model):
    tensors = {}
    for layer in model.layers:
        if layer.weights:
            shapes = [(w.name, tuple(w.shape)) for w in layer.weights]
            tensors[true_name(layer)] = seeded_layer(SEED, true_name(layer), shapes, 'everything')
            layer.set_weights(tensors[true_name(layer)])
    return tensors


def run_case(build, height, width, mode):
    model = build((height, width, 3))
    tensors = set_formula_weights(model)
    image = formula_image(height, width, SEED)
    output = np.asarray(model(preprocess(image, mode)[None], training=False))
    flat = output.ravel()
    count = min(PROBES, flat.size)
    # Spread over the output without a pattern, each position once.
    indices = np.sort(np.argsort(position_hash(SEED, 'probes', 0, flat.size), kind='stable')[:count])
    case = {
        'inputSize': [height, width],
        'preprocessing': mode,
        'outputShape': list(output.shape[1:]),
        'largest': float(np.abs(flat).max()),
        'probes': {'indices': indices.tolist(), 'values': [float(v) for v in flat[indices]]},
    }
    return model, tensors, case


def main():
    folder = CORE_GOLDEN / 'backbones'
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or NETWORKS:
        build, cases = NETWORKS[name]
        runs = [run_case(build, *case) for case in cases]
        model, tensors, _ = runs[0]
        golden = {
            'script': script_hash('backbones.py', 'weight_formula.py'),
            'keras': keras.__version__,
            'name': name,
            'seed': SEED,
            'parameters': model.count_params(),
            'layers': [true_name(layer) for layer in model.layers if not isinstance(layer, L.InputLayer)],
            'weightsDigest': weights_digest(tensors),
            'cases': [case for _, _, case in runs],
        }
        (folder / f'{name}.json').write_text(json.dumps(golden) + '\n')
        print(name, golden['parameters'], [(c['outputShape'], c['largest']) for c in golden['cases']], file=sys.stderr)


if __name__ == '__main__':
    main()
