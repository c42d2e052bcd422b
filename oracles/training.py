"""Trains small heads in Keras and writes what they did, as goldens for packages/core/src/training.

usage: python oracles/training.py

Inputs and initial weights come from integer formulas that the tests compute too, so that only results are stored.
"""

import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np

GOLDEN = Path(__file__).parent.parent / "packages/core/test/golden/training.json"
SAMPLES, FEATURES, HIDDEN, CLASSES, BATCH = 60, 20, 8, 3, 8


def values(count: int, salt: int) -> np.ndarray:
    """Numbers in [-0.5, 0.5) from the high bits of a multiplicative hash."""
    index = np.arange(count, dtype=np.uint64) + np.uint64(salt * 1_000_003)
    hashed = (index * np.uint64(2_654_435_761)) % np.uint64(2**32)
    return (hashed.astype(np.float64) / 2**32 - 0.5).astype(np.float32)


def data() -> tuple[np.ndarray, np.ndarray]:
    labels = np.arange(SAMPLES) % CLASSES
    features = values(SAMPLES * FEATURES, 1).reshape(SAMPLES, FEATURES)
    # Each class is raised in features of its own, so that there is something to learn.
    for row, label in enumerate(labels):
        features[row, label::CLASSES] += np.float32(0.25)
    return features, np.eye(CLASSES, dtype=np.float32)[labels]


def head() -> keras.Model:
    inputs = keras.Input((FEATURES,))
    hidden = keras.layers.Dense(HIDDEN, activation="relu")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(CLASSES, activation="softmax")(hidden))
    model.set_weights(
        [
            values(FEATURES * HIDDEN, 2).reshape(FEATURES, HIDDEN),
            np.zeros(HIDDEN, np.float32),
            values(HIDDEN * CLASSES, 3).reshape(HIDDEN, CLASSES),
            np.zeros(CLASSES, np.float32),
        ]
    )
    return model


def train(optimizer: keras.optimizers.Optimizer, epochs: int, steps: int | None = None) -> dict:
    features, targets = data()
    if steps is not None:
        features, targets = features[: steps * BATCH], targets[: steps * BATCH]
    model = head()
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(
        features, targets, batch_size=BATCH, epochs=epochs, shuffle=False, verbose=0, validation_data=data()
    ).history
    return {
        "history": [
            {"loss": loss, "accuracy": accuracy, "valLoss": val_loss, "valAccuracy": val_accuracy}
            for loss, accuracy, val_loss, val_accuracy in zip(
                history["loss"], history["accuracy"], history["val_loss"], history["val_accuracy"]
            )
        ],
        "weights": [weight.ravel().tolist() for weight in model.get_weights()],
    }


def main() -> None:
    decay = keras.optimizers.schedules.InverseTimeDecay(1e-3, decay_steps=1, decay_rate=1e-3 / 25)
    golden = {
        "keras": keras.__version__,
        "adamThreeSteps": train(keras.optimizers.Adam(1e-2), epochs=1, steps=3),
        "notebookSettings": train(keras.optimizers.Adam(decay), epochs=25),
        "fastAdam": train(keras.optimizers.Adam(2e-2), epochs=25),
    }
    GOLDEN.write_text(json.dumps(golden))


if __name__ == "__main__":
    main()
