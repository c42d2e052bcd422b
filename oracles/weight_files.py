"""Writes packages/node-adapter/test/golden/weights: tiny files in every layout that Keras has used, with formula weights.

`python oracles/weight_files.py`; versions in requirements-backbones.txt. The layouts of old Keras versions, which the
present one no longer writes, are laid out here by hand with h5py.
"""

import json
import os
import tempfile
from pathlib import Path

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


def write_keras_files(folder):
    network().save(folder / 'legacy-model.h5')
    network().save_weights(folder / 'keras3.weights.h5')
    model_around().save_weights(folder / 'keras3-nested.weights.h5')
    for name, model in [('legacy-weights.h5', network()), ('legacy-nested.h5', model_around())]:
        with h5py.File(folder / name, 'w') as file:
            legacy_h5_format.save_weights_to_hdf5_group(file, model)


#: Also kept in the encoding that h5py, and so Keras, writes.
CLASSIC = ['legacy-weights.h5', 'legacy-keras2.h5', 'legacy-model.h5', 'keras3.weights.h5']


def write_copy(source, target, encoding=h5py.h5f.LIBVER_LATEST):
    """The same tree without times: the same bytes each day. HDF5's compact encoding has a quarter of the size."""
    timeless = {kind: h5py.h5p.create(kind) for kind in (h5py.h5p.FILE_CREATE, h5py.h5p.GROUP_CREATE)}
    for properties in timeless.values():
        properties.set_obj_track_times(False)
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_libver_bounds(encoding, h5py.h5f.LIBVER_LATEST)
    copies = {}

    def copy(group, into):
        copies[h5py.h5o.get_info(group.id).addr] = into
        for name, value in group.attrs.items():
            into.attrs[name] = value
        for name, item in group.items():
            known = copies.get(h5py.h5o.get_info(item.id).addr)
            if known is not None:
                into[name] = known
            elif isinstance(item, h5py.Group):
                made = h5py.h5g.create(into.id, name.encode(), gcpl=timeless[h5py.h5p.GROUP_CREATE])
                copy(item, h5py.Group(made))
            else:
                group.copy(name, into)

    made = h5py.h5f.create(str(target).encode(), fcpl=timeless[h5py.h5p.FILE_CREATE], fapl=access)
    with h5py.File(source) as old, h5py.File(made) as new:
        copy(old, new)


def write_legacy(path, tensors=TENSORS, **kernel_options):
    """As Keras 2 wrote it: lists of fixed-length bytes, weights named `layer/kernel:0`."""
    names = {layer: [weight for weight, _ in weights] for layer, weights in LAYERS}
    with h5py.File(path, 'w') as file:
        file.attrs['layer_names'] = np.array([b'input_1', *(layer.encode() for layer in tensors)])
        file.create_group('input_1').attrs['weight_names'] = np.array([])
        for layer, values in tensors.items():
            group = file.create_group(layer)
            paths = [f'{layer}/{weight}:0' for weight in names[layer]]
            group.attrs['weight_names'] = np.array([path.encode() for path in paths])
            for path, value in zip(paths, values):
                group.create_dataset(path, data=value, **(kernel_options if value.ndim > 1 else {}))


def write_split_lists(folder):
    """Keras splits lists of names that are too long for one attribute."""
    write_legacy(folder / 'legacy-split-lists.h5')
    with h5py.File(folder / 'legacy-split-lists.h5', 'r+') as file:
        names = file.attrs['layer_names']
        del file.attrs['layer_names']
        for index, chunk in enumerate(np.array_split(names, 2)):
            file.attrs[f'layer_names{index}'] = chunk


def write_first_weights_h5(folder):
    """`.weights.h5` before layers' names were stored: groups are called by class and running number."""
    classes = {'stem': 'conv2d', 'stem_bn': 'batch_normalization', 'last': 'conv2d_1'}
    with h5py.File(folder / 'keras3-unnamed.weights.h5', 'w') as file:
        for layer, values in TENSORS.items():
            group = file.create_group(f'_layer_checkpoint_dependencies/{classes[layer]}/vars')
            for index, value in enumerate(values):
                group.create_dataset(str(index), data=value)


def write_many_layers(folder):
    """Eleven layers known by running numbers only: 10 must not come before 2."""
    with h5py.File(folder / 'keras3-numbered.weights.h5', 'w') as file:
        for n in range(11):
            group = file.create_group(f'layers/dense{f"_{n}" if n else ""}/vars')
            group.create_dataset('0', data=np.full(1, n, np.float32))


def write_hostile(folder):
    def absurd(name, **options):
        write_legacy(folder / name)
        with h5py.File(folder / name, 'r+') as file:
            del file['stem/stem/kernel:0']
            file['stem'].create_dataset('stem/kernel:0', shape=(2**20, 2**20), dtype='f4', **options)

    absurd('hostile-absurd-shape.h5')
    absurd('hostile-absurd-chunks.h5', chunks=(1024, 1024))
    with h5py.File(folder / 'hostile-circle.weights.h5', 'w') as file:
        file.create_group('layers/conv2d/vars').create_dataset('0', data=np.zeros(1, np.float32))
        file['layers/conv2d/layers'] = file['layers']
    with h5py.File(folder / 'hostile-no-keras.h5', 'w') as file:
        file.create_dataset('measurements', data=np.zeros(3, np.float32))
    with h5py.File(folder / 'hostile-missing-group.h5', 'w') as file:
        file.attrs['layer_names'] = np.array([b'stem'])
    with h5py.File(folder / 'hostile-numbers-for-names.h5', 'w') as file:
        file.attrs['layer_names'] = np.array([1, 2, 3])


def write_all(folder):
    write_keras_files(folder)
    write_legacy(folder / 'legacy-keras2.h5')
    write_legacy(folder / 'legacy-deflated.h5', compression='gzip', shuffle=True)
    write_legacy(folder / 'legacy-float16.h5', converted(np.float16))
    write_legacy(folder / 'legacy-float64.h5', converted(np.float64))
    write_legacy(folder / 'legacy-big-endian.h5', converted('>f4'))
    write_legacy(folder / 'legacy-integers.h5', converted(np.int32))
    write_split_lists(folder)
    write_first_weights_h5(folder)
    write_many_layers(folder)
    write_hostile(folder)


def converted(dtype):
    return {layer: [value.astype(dtype) for value in values] for layer, values in TENSORS.items()}


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        write_all(Path(folder))
        for path in sorted(Path(folder).iterdir()):
            write_copy(path, FOLDER / path.name)
        for name in CLASSIC:
            write_copy(Path(folder) / name, FOLDER / f'classic-{name}', h5py.h5f.LIBVER_EARLIEST)
    save_file({f'{la}/{i}': v for la, vs in TENSORS.items() for i, v in enumerate(vs)}, FOLDER / 'tiny.safetensors')
    (FOLDER / 'tiny.safetensors').chmod(0o644)
    golden = {
        'script': script_hash('weight_files.py', 'weight_formula.py'),
        'seed': SEED,
        'layers': [{'name': n, 'weights': [{'name': w, 'shape': list(s)} for w, s in ws]} for n, ws in LAYERS],
        'float16': {la: [[float(x) for x in v.astype(np.float32).ravel()] for v in vs] for la, vs in converted(np.float16).items()},
    }
    (FOLDER / 'weight-files.json').write_text(json.dumps(golden) + '\n')


if __name__ == '__main__':
    main()
