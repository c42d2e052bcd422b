"""Compares heat maps of real images under real weights: `graft explain` beside Keras' GradientTape, on the same pixels.

usage: python oracles/real_explain.py IMAGES SQUEEZENET.h5

IMAGES has a folder for each class. A model is trained with graft; Keras gets its head's weights. Prints the least correlation and the
largest difference for each method and layer; exits with 1 if a correlation is below 0.999. Build the packages first (npm run build);
needs requirements-backbones.txt, and Pillow.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np
import tensorflow as tf
from backbones import SLASH
from explain import grad_cam, grad_cam_plus_plus
from PIL import Image
from real_features import squeezenet
from safetensors.numpy import load_file

GRAFT = Path(__file__).parent.parent / "packages/node-adapter/bin/graft.js"
COUNT = 12
METHODS = {"gradcam": grad_cam, "gradcam++": grad_cam_plus_plus}
LAYERS = ["fire9/concat", "fire9/expand3x3", "fire5/concat"]


def graft(*arguments: str) -> dict:
    result = subprocess.run(["node", GRAFT, *arguments, "--json"], check=True, capture_output=True, text=True)
    return json.loads(result.stdout)


def with_head(backbone: keras.Model, head: dict, layer: str) -> keras.Model:
    """Pooling, the training set's mean and scale, and a dense layer, as graft's `linear` head has them."""
    pooled = keras.layers.GlobalAveragePooling2D()(backbone.output)
    mean, variance = head["head_standardize/0"], head["head_standardize/1"]
    scaled = keras.layers.Lambda(lambda x: (x - mean) / tf.sqrt(variance + 1e-12))(pooled)
    dense = keras.layers.Dense(head["head_logits/1"].size)
    logits = dense(scaled)
    dense.set_weights([head["head_logits/0"], head["head_logits/1"]])
    return keras.Model(backbone.input, [backbone.get_layer(layer.replace("/", SLASH)).output, logits])


def keras_map(model: keras.Model, pixels: np.ndarray, explained: int, method: str) -> np.ndarray:
    x = tf.constant(keras.applications.imagenet_utils.preprocess_input(pixels.astype(np.float32), mode="caffe")[None])
    with tf.GradientTape() as tape:
        activations, logits = model(x, training=False)
        score = logits[:, explained]
    gradients = tape.gradient(score, activations)[0].numpy().astype(np.float64)
    return METHODS[method](activations[0].numpy().astype(np.float64), gradients).ravel()


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    # Maps without anything in them are even.
    return float(np.array_equal(a, b)) if a.max() == 0 or b.max() == 0 else float(np.corrcoef(a, b)[0, 1])


def main() -> None:
    images, weights = sys.argv[1:3]
    paths = sorted(path for path in Path(images).glob("*/*") if path.is_file())
    chosen = paths[:: max(1, len(paths) // COUNT)][:COUNT]
    least = 1.0
    with tempfile.TemporaryDirectory() as folder:
        # Images of the network's own size: nobody resizes anything.
        inputs = Path(folder) / "images"
        inputs.mkdir()
        pixels = {}
        for index, path in enumerate(chosen):
            image = Image.open(path).convert("RGB").resize((224, 224), Image.Resampling.BILINEAR)
            image.save(inputs / f"{index:02}.png")
            pixels[f"{index:02}.png"] = np.asarray(image)
        model = str(Path(folder) / "model")
        arguments = ["--backbone", "squeezenet", "--weights", weights, "--head", "linear"]
        graft("train", images, *arguments, "--out", model)
        head = load_file(Path(model) / "suffix.safetensors")
        backbone = squeezenet(weights)
        for layer in LAYERS:
            network = with_head(backbone, head, layer)
            for method in METHODS:
                out = ["--out", str(Path(folder) / "out")]
                document = graft("explain", model, str(inputs), "--layer", layer, "--method", method, *out)
                correlations, differences = [], []
                for entry in document["explanations"]:
                    explained = document["classNames"].index(entry["className"])
                    expected = keras_map(network, pixels[Path(entry["path"]).name], explained, method)
                    values = np.array(entry["heatMap"]["values"])
                    correlations.append(correlation(values, expected))
                    differences.append(np.abs(values - expected).max())
                assert len(correlations) == len(chosen)
                worst = min(correlations)
                least = min(least, worst)
                figures = f"least correlation 1 - {1 - worst:.1e}, largest difference {max(differences):.1e}"
                print(f"{method:10} {layer:16} {figures}")
    sys.exit(int(not least >= 0.999))


if __name__ == "__main__":
    main()
