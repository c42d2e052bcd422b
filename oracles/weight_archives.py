"""Writes packages/node-adapter/test/golden/archives: the network of weight_files.py as `.keras` and as folders of TensorFlow.js.

`python oracles/weight_archives.py`; versions in requirements-backbones.txt, and tensorflowjs==4.22.0 installed without what it depends
on: only its modules that write weights are used.
"""

import importlib.util
import json
import re
import sys
import tempfile
import types
import zipfile
from pathlib import Path

import h5py
import numpy as np

from weight_files import model_around, network, write_compact_copy
from weight_formula import ROOT, script_hash

FOLDER = ROOT / 'packages/node-adapter/test/golden/archives'
DATE = (2026, 1, 1, 0, 0, 0)


def tensorflowjs(module):
    """A module of tensorflowjs, without what the package itself loads."""
    if 'tensorflowjs' not in sys.modules:
        home = importlib.util.find_spec('tensorflowjs').submodule_search_locations[0]
        for name, path in (('tensorflowjs', home), ('tensorflowjs.converters', f'{home}/converters')):
            sys.modules[name] = types.ModuleType(name)
            sys.modules[name].__path__ = [path]
    return importlib.import_module(f'tensorflowjs.{module}')


def write_keras(model, target, compression=zipfile.ZIP_STORED, change=lambda file: None):
    """As Keras saves it, less what differs from day to day."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        model.save(folder / 'model.keras')
        with zipfile.ZipFile(folder / 'model.keras') as source:
            names = source.namelist()
            source.extractall(folder)
        metadata = {**json.loads((folder / 'metadata.json').read_text()), 'date_saved': '2026-01-01@00:00:00'}
        (folder / 'metadata.json').write_text(json.dumps(metadata))
        # These are addresses in memory.
        config = re.sub(r'"shared_object_id": \d+', '"shared_object_id": 1', (folder / 'config.json').read_text())
        (folder / 'config.json').write_text(config)
        with h5py.File(folder / 'model.weights.h5', 'r+') as file:
            change(file)
        write_compact_copy(folder / 'model.weights.h5', folder / 'compact.h5')
        (folder / 'compact.h5').replace(folder / 'model.weights.h5')
        with zipfile.ZipFile(target, 'w') as archive:
            for name in names:
                archive.writestr(zipfile.ZipInfo(name, DATE), (folder / name).read_bytes(), compression)


def drop_names(file):
    """Keras before 3.6 did not write layers' names."""

    def visit(path, item):
        if path.endswith('/vars'):
            item.attrs.pop('name', None)

    file.visititems(visit)


def write_tfjs(model, target, kinds=None, split=False, shard_bytes=4 << 20):
    """As tensorflowjs_converter does from a file of the old layout."""
    conversion = tensorflowjs('converters.keras_h5_conversion')
    with tempfile.TemporaryDirectory() as folder:
        path = f'{folder}/model.h5'
        model.save(path)
        with h5py.File(path) as file:
            topology, groups = conversion.h5_merged_saved_model_to_tfjs_format(file, split_by_layer=split)
    target.mkdir(exist_ok=True)
    conversion.write_artifacts(topology, groups, str(target), quantization_dtype_map=kinds, weight_shard_size_bytes=shard_bytes)
    for file in target.iterdir():
        file.chmod(0o644)


def quantised_values(folder):
    """What TensorFlow.js' own Python code reads."""
    manifest = json.loads((folder / 'model.json').read_text())['weightsManifest']
    groups = tensorflowjs('read_weights').read_weights(manifest, str(folder))
    return {entry['name']: [float(v) for v in entry['data'].astype(np.float32).ravel()] for g in groups for entry in g}


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    write_keras(network(), FOLDER / 'model.keras')
    write_keras(network(), FOLDER / 'packed.keras', zipfile.ZIP_DEFLATED)
    write_keras(network(), FOLDER / 'unnamed.keras', change=drop_names)
    write_keras(model_around(), FOLDER / 'nested.keras')
    write_keras(model_around(), FOLDER / 'nested-unnamed.keras', change=drop_names)
    write_tfjs(network(), FOLDER / 'tfjs')
    write_tfjs(network(), FOLDER / 'tfjs-sharded', split=True, shard_bytes=100)
    write_tfjs(model_around(), FOLDER / 'tfjs-nested')
    kinds = ('float16', 'uint16', 'uint8')
    for kind in kinds:
        write_tfjs(network(), FOLDER / f'tfjs-{kind}', {kind: '*'})
    golden = {
        'script': script_hash('weight_archives.py', 'weight_files.py', 'weight_formula.py'),
        'quantised': {kind: quantised_values(FOLDER / f'tfjs-{kind}') for kind in kinds},
    }
    (FOLDER / 'archives.json').write_text(json.dumps(golden) + '\n')


if __name__ == '__main__':
    main()
