"""Compares features of real images under real weights: `graft extract` beside Keras, on the same pixels.

usage: python oracles/real_features.py IMAGES SQUEEZENET.h5 [VGG16.weights.h5]

Prints the largest difference relative to the largest activation for each network; exits with 1 if one is above 1e-4. Build the
packages first (npm run build). VGG16's file may be any that graft reads; Keras takes its values from graft's own layer names.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import h5py
import keras
import numpy as np
from backbones import squeezenet as build_squeezenet
from PIL import Image

GRAFT = Path(__file__).parent.parent / "packages/node-adapter/bin/graft.js"
COUNT = 12


def extract(folder: str, backbone: str, weights: str) -> np.ndarray:
    out = str(Path(folder).parent / f"{backbone}.npy")
    command = ["node", GRAFT, "extract", folder, "--backbone", backbone, "--weights", weights, "--no-cache", "--json"]
    result = subprocess.run([*command, "--out", out], check=True, capture_output=True, text=True)
    assert len(json.loads(result.stdout)["paths"]) == COUNT
    return np.load(out)


def load_by_name(model: keras.Model, file: str) -> None:
    """Sets each layer's weights from the group of a Keras 3 file whose attribute `name` is the layer's."""
    with h5py.File(file) as root:
        groups = {}

        def collect(path: str, item: h5py.Group | h5py.Dataset) -> None:
            if isinstance(item, h5py.Group) and path.endswith("vars") and len(item) > 0:
                # A text, or an array of one, as versions of Keras have it.
                groups[np.asarray(item.attrs["name"]).item()] = item

        root.visititems(collect)
        for layer in model.layers:
            if layer.weights:
                layer.set_weights([groups[layer.name][str(i)][()] for i in range(len(layer.weights))])


def squeezenet(file: str) -> keras.Model:
    model = build_squeezenet((224, 224, 3))
    with h5py.File(file) as root:
        names = [name for name in root.attrs["layer_names"] if len(root[name].attrs["weight_names"]) > 0]
        values = [root[name][weight][()] for name in names for weight in root[name].attrs["weight_names"]]
    model.set_weights(values)
    return model


def main() -> int:
    images, squeezenet_file, *vgg16_file = sys.argv[1:]
    paths = sorted(Path(images).glob("*/*"))
    pixels = [np.asarray(Image.open(path).convert("RGB").resize((224, 224))) for path in paths[:: len(paths) // COUNT][:COUNT]]
    networks = [("squeezenet", squeezenet(squeezenet_file), squeezenet_file)]
    if vgg16_file:
        vgg16 = keras.applications.VGG16(weights=None, include_top=False, input_shape=(224, 224, 3))
        load_by_name(vgg16, vgg16_file[0])
        networks.append(("vgg16", vgg16, vgg16_file[0]))
    worst = 0.0
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "images"
        folder.mkdir()
        for index, image in enumerate(pixels):
            Image.fromarray(image).save(folder / f"{index:02}.png")
        for name, model, file in networks:
            batch = np.stack(pixels).astype("float32")[..., ::-1] - np.array([103.939, 116.779, 123.68], "float32")
            expected = model.predict(batch, verbose=0)
            actual = extract(str(folder), name, file)
            error = float(np.abs(actual - expected).max() / np.abs(expected).max())
            worst = max(worst, error)
            print(f"{name}: {COUNT} real images, shape {expected.shape[1:]}, largest relative difference {error:.1e}")
    return 0 if worst <= 1e-4 else 1


if __name__ == "__main__":
    sys.exit(main())
