"""Writes packages/core/test/golden/backbones/<name>.json: what Keras computes with formula weights on formula pixels.

`python oracles/backbones.py [name …]`; versions in requirements-backbones.txt. Networks that Keras itself lacks are
built here from their layout. Scripts named backbones_*.py hold further families and share what stands here.
"""

import json
import os
import re
import sys
import zlib
from dataclasses import dataclass

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
os.environ['TF_ENABLE_ONEDNN_OPTS'] = '0'

import keras
import numpy as np
from keras import layers as L

from weight_formula import CORE_GOLDEN, formula_image, position_hash, script_hash, seeded_layer, weights_digest

PROBES = 200
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


@dataclass(frozen=True)
class Network:
    """What one golden is made of.

    `build` makes the Keras network for an input shape; `cases` are (height, width, preprocessing): its own size, and a
    small one that no stride divides evenly. `damping` is (pattern, factor): the first weight (kernel or gamma) of layers
    whose names match is multiplied by a power of two, so that activations do not grow from block to block. `minimum`
    is the smallest side that Keras takes.
    """

    build: object
    cases: list
    damping: tuple | None = None
    minimum: int | None = None


def application(name, **options):
    def build(shape):
        # Else the names that Keras makes up would count on from network to network.
        keras.backend.clear_session()
        arguments = {'include_top': False, 'weights': None, 'input_shape': shape, **options}
        return getattr(keras.applications, name)(**arguments)

    return build


NETWORKS = {
    'vgg16': Network(application('VGG16'), [(224, 224, 'caffe'), (67, 45, 'unit')]),
    'vgg19': Network(application('VGG19'), [(224, 224, 'caffe'), (67, 45, 'unit')]),
    'squeezenet': Network(squeezenet, [(224, 224, 'caffe'), (83, 66, 'unit')]),
}


def preprocess(image, mode):
    pixels = image.astype(np.float32)
    if mode == 'none':
        return pixels
    if mode == 'unit':
        return pixels / np.float32(255)
    return keras.applications.imagenet_utils.preprocess_input(pixels, mode=mode)


def true_name(layer):
    return layer.name.replace(SLASH, '/')


def weight_shapes(layer):
    """Names as the formula knows them: Keras 3 calls a depthwise kernel a kernel."""
    depthwise = isinstance(layer, L.DepthwiseConv2D)
    names = ['depthwise_kernel' if depthwise and w.name == 'kernel' else w.name for w in layer.weights]
    # This one's weight has no name of its own.
    names = ['layer_scale' if type(layer).__name__ == 'LayerScale' else name for name in names]
    return [(name, tuple(w.shape)) for name, w in zip(names, layer.weights)]


def flat_operations(model):
    """Layers and plain operations (`a + b`), those of a model inside the model in its place."""
    for operation in getattr(model, 'operations', None) or model.layers:
        if isinstance(operation, keras.Model):
            yield from flat_operations(operation)
        elif not isinstance(operation, L.InputLayer):
            yield operation


def set_formula_weights(model, damping):
    tensors = {}
    for layer in flat_operations(model):
        if getattr(layer, 'weights', None):
            name = true_name(layer)
            values = seeded_layer(SEED, name, weight_shapes(layer), 'everything')
            if damping and re.search(damping[0], name):
                values[0] = values[0] * np.float32(damping[1])
            tensors[name] = values
            layer.set_weights(values)
            if isinstance(layer, L.Normalization):
                layer.finalize_state()
    return tensors


def short(value):
    """Nine digits tell every float32 from its neighbours."""
    return float(f'{value:.9g}')


def run_case(network, height, width, mode):
    model = network.build((height, width, 3))
    tensors = set_formula_weights(model, network.damping)
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
        'largest': short(np.abs(flat).max()),
        'probes': {'indices': indices.tolist(), 'values': [short(v) for v in flat[indices]]},
    }
    shares = [np.mean(flat == 0), np.mean(flat == 6)]
    print(height, width, 'largest', case['largest'], 'deviation', flat.std(), 'at 0 and 6', shares, file=sys.stderr)
    return model, tensors, case


def smallest_input(network):
    """The output's shape at the smallest size; one pixel less must be too little for Keras."""
    side = network.minimum
    try:
        network.build((side - 1, side, 3))
    except ValueError:
        return {'size': side, 'outputShape': list(network.build((side, side, 3)).output_shape[1:])}
    raise AssertionError(f'Keras takes less than {side} pixels')


def layer_names(model):
    names = [true_name(layer) for layer in flat_operations(model)]
    text = ','.join(names)
    # A list of a thousand names would be most of the file.
    return names if len(text) < 9000 else {'count': len(names), 'checksum': zlib.crc32(text.encode())}


def write_golden(name, network, scripts):
    runs = [run_case(network, *case) for case in network.cases]
    model, tensors, _ = runs[0]
    golden = {
        'script': script_hash(*scripts),
        'keras': keras.__version__,
        'name': name,
        'seed': SEED,
        'parameters': model.count_params(),
        'layers': layer_names(model),
        'weightsDigest': weights_digest(tensors),
        **({'damping': {'layers': network.damping[0], 'factor': network.damping[1]}} if network.damping else {}),
        **({'minimum': smallest_input(network)} if network.minimum else {}),
        'cases': [case for _, _, case in runs],
    }
    folder = CORE_GOLDEN / 'backbones'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f'{name}.json').write_text(json.dumps(golden, separators=(',', ':')) + '\n')
    print(name, golden['parameters'], [(c['outputShape'], c['largest']) for c in golden['cases']], file=sys.stderr)


def main(networks=NETWORKS, *scripts):
    for name in sys.argv[1:] or networks:
        write_golden(name, networks[name], [*scripts, 'backbones.py', 'weight_formula.py'])


if __name__ == '__main__':
    main()
