"""Runs models that graft exported, in Keras and onnxruntime, on the pixels that graft saw: `python oracles/exported_models.py FOLDER`;
versions in requirements-export.txt. Run by the tests of export-model.ts where GRAFT_ORACLE_PYTHON names a Python that has them,
and by benchmarks/exports.mjs.

FOLDER holds a folder for each model: `pixels.bin` (uint8, images one behind the other), `expected.json` (what graft says of them), and
any of `model.keras`, `model.h5`, `model.onnx`, `int8.onnx`, `embeddings.onnx`. Prints JSON: by model and file the largest difference of
scores (for int8 the share of images of the same top class; for embeddings relative to the largest value), or what went wrong.
"""

import json
import os
import sys
from pathlib import Path

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'

import h5py
import numpy as np
import onnx
import onnxruntime


class Wrong(Exception):
    """The file loads, but is not what it should be."""


def check(condition, message):
    if not condition:
        raise Wrong(message)


def run_keras(path, pixels, expected):
    import keras

    # Safe mode, and nothing of graft's registered.
    model = keras.models.load_model(path)
    check(model.input_shape == (None, *pixels.shape[1:]), f'input shape {model.input_shape}')
    check(model.inputs[0].name.startswith('image'), f'input is called {model.inputs[0].name}')
    scores = model.predict(pixels.astype('float32'), batch_size=8, verbose=0)
    if path.suffix == '.h5':
        with h5py.File(path) as file:
            check_facts(json.loads(file.attrs['graft']), expected)
    # What Keras saves of it again is the same model. Asked for as many images: Keras rounds otherwise in batches of another size.
    again = path.with_name('again' + path.suffix)
    model.save(again)
    two = pixels[:2].astype('float32')
    difference = keras.models.load_model(again).predict(two, verbose=0) - model.predict(two, verbose=0)
    again.unlink()
    check(np.abs(difference).max() < 1e-5, f'Keras saves and loads it as another model: {np.abs(difference).max():.1e}')
    keras.backend.clear_session()
    return scores


def run_onnx(path, pixels):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=['CPUExecutionProvider'])
    [image] = session.get_inputs()
    check((image.name, image.type) == ('image', 'tensor(uint8)'), f'input {image.name}, {image.type}')
    [output] = session.get_outputs()
    batches = [session.run(None, {'image': pixels[i : i + 8]})[0] for i in range(0, len(pixels), 8)]
    return output.name, np.concatenate(batches), session.get_modelmeta().custom_metadata_map


def check_facts(facts, expected):
    check(facts['classNames'] == expected['classNames'], f'class names {facts["classNames"]}')
    check(facts.get('thresholds') == expected.get('thresholds'), f'thresholds {facts.get("thresholds")}')
    check(facts['preprocessing']['inside'] is True, 'preprocessing is not inside')


def decoded(texts):
    """ONNX keeps texts alone: JSON, but for what is a text already."""
    return {key: json.loads(text) if text[:1] in '[{' else text for key, text in texts.items()}


def largest_difference(actual, expected):
    check(actual.shape == expected.shape, f'shape {actual.shape}, expected {expected.shape}')
    return float(np.abs(actual - expected).max())


def compare(folder):
    expected = json.loads((folder / 'expected.json').read_text())
    scores = np.asarray(expected['scores'], dtype='float32')
    height, width = expected['inputSize']
    pixels = np.fromfile(folder / 'pixels.bin', dtype='uint8').reshape(-1, height, width, 3)

    def keras_file(path):
        return largest_difference(run_keras(path, pixels, expected), scores)

    def onnx_file(path):
        name, actual, texts = run_onnx(path, pixels)
        check(name == 'scores', f'output {name}')
        check_facts(decoded(texts), expected)
        return largest_difference(actual, scores)

    def int8_file(path):
        name, actual, texts = run_onnx(path, pixels)
        check(name == 'scores' and texts['precision'] == 'int8', f'{name}, {texts["precision"]}')
        return float((actual.argmax(1) == scores.argmax(1)).mean())

    def embeddings_file(path):
        name, actual, _ = run_onnx(path, pixels)
        check(name == 'embeddings', f'output {name}')
        wanted = np.asarray(expected['embeddings'], dtype='float32')
        return largest_difference(actual, wanted) / float(np.abs(wanted).max())

    files = {
        'model.keras': keras_file,
        'model.h5': keras_file,
        'model.onnx': onnx_file,
        'int8.onnx': int8_file,
        'embeddings.onnx': embeddings_file,
    }
    report = {}
    for name, run in files.items():
        path = folder / name
        if not path.exists():
            continue
        try:
            report[name] = run(path)
        except Exception as error:
            report[name] = f'{type(error).__name__}: {str(error)[:600]}'
    return report


def main():
    folders = sorted(path for path in Path(sys.argv[1]).iterdir() if (path / 'expected.json').exists())
    print(json.dumps({folder.name: compare(folder) for folder in folders}))


if __name__ == '__main__':
    main()
