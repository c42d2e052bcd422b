"""Loads weights files that graft wrote with Keras' own `load_weights`, and compares every value: `python oracles/load_written_weights.py
FOLDER`; versions in requirements-backbones.txt. Run by the tests of write-weights-file.ts where GRAFT_ORACLE_PYTHON names a Python that has Keras.

FOLDER holds files `<backbone>.weights.h5` and `<backbone>.h5`, with weights by formula (seed 42, `everything`), and may hold
`head.*` of the small network below. Prints a JSON list of what differs.
"""

import json
import os
import sys
from pathlib import Path

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'

import keras
import numpy as np
from keras import layers as L

from backbones import NETWORKS, flat_operations, true_name, weight_shapes
from backbones_residual import NETWORKS as RESIDUAL
from backbones_scaled import NETWORKS as SCALED
from weight_formula import seeded_layer

SEED = 42
ALL = {**NETWORKS, **RESIDUAL, **SCALED}


def with_head():
    """A backbone with a classifier of its own, all layers in one model."""
    keras.backend.clear_session()
    base = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(64, 64, 3))
    x = L.GlobalAveragePooling2D(name='head_pool')(base.output)
    x = L.Dense(8, activation='relu', name='head_dense')(x)
    return keras.Model(base.input, L.Dense(3, name='head_scores')(x))


def differences(name, path):
    model = with_head() if name == 'head' else ALL[name].build((96, 96, 3))
    model.load_weights(path)
    wrong = []
    for layer in flat_operations(model):
        if not getattr(layer, 'weights', None):
            continue
        expected = seeded_layer(SEED, true_name(layer), weight_shapes(layer), 'everything')
        for weight, value in zip(layer.weights, expected):
            if not np.array_equal(np.asarray(weight, dtype=np.float32), value):
                wrong.append(f'{path.name}: {layer.name}/{weight.name}')
    image = np.random.default_rng(0).random((1, *model.input_shape[1:]), dtype=np.float32)
    before = np.asarray(model(image, training=False))
    for layer in flat_operations(model):
        if getattr(layer, 'weights', None):
            layer.set_weights(seeded_layer(SEED, true_name(layer), weight_shapes(layer), 'everything'))
    if not np.array_equal(before, np.asarray(model(image, training=False))):
        wrong.append(f'{path.name}: outputs')
    return wrong


def main():
    wrong = []
    files = sorted(Path(sys.argv[1]).glob('*.h5'))
    for path in files:
        name = path.name.removesuffix('.h5').removesuffix('.weights')
        try:
            wrong += differences(name, path)
        except Exception as error:
            wrong.append(f'{path.name}: {type(error).__name__}: {str(error)[:300]}')
    print(json.dumps({'files': len(files), 'wrong': wrong}))


if __name__ == '__main__':
    main()
