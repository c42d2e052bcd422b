"""Writes packages/node-adapter/test/golden/weights: tiny files in every layout that Keras has used, with formula weights.

`python oracles/weight_files.py`; versions in requirements-backbones.txt. The layouts of old Keras versions, which the
present one no longer writes, are laid out here by hand with h5py.
"""

import json
import os
import tempfile

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'

import h5py
import keras
import numpy as np
from keras import layers as L
from keras.src.legacy.saving import legacy_h5_format
from safetensors.numpy import save_file

from weight_formula import ROOT, script_hash, seeded_layer

FOLDER = ROOT / 'packages/node-adapter/test/golden/weights'
SEED = 3
BN = ['gamma', 'beta', 'moving_mean', 'moving_variance']
LAYERS = [
    ('stem', [('kernel', (3, 3, 3, 4)), ('bias', (4,))]),
    ('stem_bn', [(name, (4,)) for name in BN]),
    ('last', [('kernel', (1, 1, 4, 2)), ('bias', (2,))]),
]
TENSORS = {name: seeded_layer(SEED, name, weights, 'everything') for name, weights in LAYERS}


def network():
    pixels = keras.Input((8, 8, 3))
    x = L.Conv2D(4, 3, name='stem')(pixels)
    x = L.BatchNormalization(name='stem_bn')(x)
    model = keras.Model(pixels, L.Conv2D(2, 1, name='last')(x), name='tiny')
    for layer in model.layers:
        if layer.weights:
            layer.set_weights(TENSORS[layer.name])
    return model


def model_around():
    """The network as one layer of another model, with a head."""
    head = L.Dense(3, name='head')
    model = keras.Sequential([keras.Input((8, 8, 3)), network(), L.GlobalAveragePooling2D(), head])
    head.set_weights(seeded_layer(SEED, 'head', [('kernel', (2, 3)), ('bias', (3,))], 'everything'))
    return model


def write_keras_files():
    keras.config.disable_traceback_filtering()
    network().save(FOLDER / 'legacy-model.h5')
    network().save_weights(FOLDER / 'keras3.weights.h5')
    # The same trees in HDF5's compact encoding: the default one takes 25 kB here.
    with tempfile.TemporaryDirectory() as folder:
        model_around().save_weights(f'{folder}/nested.weights.h5')
        with h5py.File(f'{folder}/nested.weights.h5') as nested:
            with h5py.File(FOLDER / 'keras3-nested.weights.h5', 'w', libver='latest') as file:
                copy_group(nested, file)
    for name, model in [('legacy-weights.h5', network()), ('legacy-nested.h5', model_around())]:
        with h5py.File(FOLDER / name, 'w', libver='latest') as file:
            legacy_h5_format.save_weights_to_hdf5_group(file, model)


def copy_group(source, target):
    for name, value in source.attrs.items():
        target.attrs[name] = value
    for name, item in source.items():
        if isinstance(item, h5py.Group):
            copy_group(item, target.create_group(name))
        else:
            target.create_dataset(name, data=item[()])


def write_legacy(name, tensors=TENSORS, **dataset_options):
    """As Keras 2 wrote it: lists of fixed-length bytes, weights named `layer/kernel:0`."""
    names = {layer: [weight for weight, _ in weights] for layer, weights in LAYERS}
    with h5py.File(FOLDER / name, 'w', libver='latest') as file:
        file.attrs['layer_names'] = np.array([b'input_1', *(layer.encode() for layer in tensors)])
        file.create_group('input_1').attrs['weight_names'] = np.array([])
        for layer, values in tensors.items():
            group = file.create_group(layer)
            paths = [f'{layer}/{weight}:0' for weight in names[layer]]
            group.attrs['weight_names'] = np.array([path.encode() for path in paths])
            for path, value in zip(paths, values):
                group.create_dataset(path, data=value, **dataset_options)


def write_split_lists():
    """Keras splits lists of names that are too long for one attribute."""
    write_legacy('legacy-split-lists.h5')
    with h5py.File(FOLDER / 'legacy-split-lists.h5', 'r+') as file:
        names = file.attrs['layer_names']
        del file.attrs['layer_names']
        for index, chunk in enumerate(np.array_split(names, 2)):
            file.attrs[f'layer_names{index}'] = chunk


def write_first_weights_h5():
    """`.weights.h5` before layers' names were stored: groups are called by class and running number."""
    classes = {'stem': 'conv2d', 'stem_bn': 'batch_normalization', 'last': 'conv2d_1'}
    with h5py.File(FOLDER / 'keras3-unnamed.weights.h5', 'w', libver='latest') as file:
        for layer, values in TENSORS.items():
            group = file.create_group(f'_layer_checkpoint_dependencies/{classes[layer]}/vars')
            for index, value in enumerate(values):
                group.create_dataset(str(index), data=value)


def write_many_convolutions():
    """Eleven layers known by running numbers only: 10 must not come before 2."""
    with h5py.File(FOLDER / 'keras3-numbered.weights.h5', 'w', libver='latest') as file:
        for n in range(11):
            group = file.create_group(f'layers/dense{f"_{n}" if n else ""}/vars')
            group.create_dataset('0', data=np.full(1, n, np.float32))


def write_hostile():
    def absurd(name, **options):
        write_legacy(name)
        with h5py.File(FOLDER / name, 'r+') as file:
            del file['stem/stem/kernel:0']
            file['stem'].create_dataset('stem/kernel:0', shape=(2**20, 2**20), dtype='f4', **options)

    absurd('hostile-absurd-shape.h5')
    absurd('hostile-absurd-chunks.h5', chunks=(1024, 1024))
    with h5py.File(FOLDER / 'hostile-circle.weights.h5', 'w', libver='latest') as file:
        file.create_group('layers/conv2d/vars').create_dataset('0', data=np.zeros(1, np.float32))
        file['layers/conv2d/layers'] = file['layers']
    with h5py.File(FOLDER / 'hostile-no-keras.h5', 'w', libver='latest') as file:
        file.create_dataset('measurements', data=np.zeros(3, np.float32))
    with h5py.File(FOLDER / 'hostile-missing-group.h5', 'w', libver='latest') as file:
        file.attrs['layer_names'] = np.array([b'stem'])
    with h5py.File(FOLDER / 'hostile-numbers-for-names.h5', 'w', libver='latest') as file:
        file.attrs['layer_names'] = np.array([1, 2, 3])


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    write_keras_files()
    write_legacy('legacy-keras2.h5')
    write_legacy('legacy-deflated.h5', compression='gzip', shuffle=True)
    half = {layer: [value.astype(np.float16) for value in values] for layer, values in TENSORS.items()}
    write_legacy('legacy-float16.h5', half)
    write_legacy('legacy-float64.h5', {la: [v.astype(np.float64) for v in vs] for la, vs in TENSORS.items()})
    write_legacy('legacy-big-endian.h5', {la: [v.astype('>f4') for v in vs] for la, vs in TENSORS.items()})
    write_legacy('legacy-integers.h5', {la: [(v * 9).astype(np.int32) for v in vs] for la, vs in TENSORS.items()})
    write_split_lists()
    write_first_weights_h5()
    write_many_convolutions()
    write_hostile()
    save_file({f'{la}/{i}': v for la, vs in TENSORS.items() for i, v in enumerate(vs)}, FOLDER / 'tiny.safetensors')
    (FOLDER / 'tiny.safetensors').chmod(0o644)
    golden = {
        'script': script_hash('weight_files.py', 'weight_formula.py'),
        'seed': SEED,
        'layers': [{'name': n, 'weights': [{'name': w, 'shape': list(s)} for w, s in ws]} for n, ws in LAYERS],
        'float16': {la: [[float(x) for x in v.astype(np.float32).ravel()] for v in vs] for la, vs in half.items()},
    }
    (FOLDER / 'weight-files.json').write_text(json.dumps(golden) + '\n')


if __name__ == '__main__':
    main()
