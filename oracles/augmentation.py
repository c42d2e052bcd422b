"""Goldens of augmentations: Keras' own transforms, which call SciPy; Pillow; OpenCV.

Writes packages/core/test/golden/augmentation.json and augmentation-color.json. Run from anywhere:
    python oracles/augmentation.py
augmentation_differential.py compares many random cases more.
"""

import base64
import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import scipy.ndimage
from augmentation_reference import AFFINE_DEFAULTS, REFERENCES, keras_affine, keras_generator
from keras.src.legacy.preprocessing.image import apply_affine_transform, flip_axis

GOLDEN = Path(__file__).resolve().parent.parent / "packages" / "core" / "test" / "golden"
FILL_MODES = ["nearest", "reflect", "wrap", "constant"]


def image(height, width):
    """The same pixels as packages/core/test/test-image.ts."""
    values = np.empty(height * width * 3, dtype=np.uint8)
    state = (height * 65536 + width) & 0xFFFFFFFF
    for i in range(values.size):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values[i] = state >> 24
    return values.reshape(height, width, 3)


def encode(pixels):
    """Whole grey levels, halves rounded up, as SciPy rounds for uint8 output."""
    return base64.b64encode(np.floor(np.clip(pixels, 0, 255) + 0.5).astype(np.uint8).tobytes()).decode()


def rotated(side, theta, fill_mode, cval):
    pixels = apply_affine_transform(
        image(side, side).astype(np.float32),
        theta=theta,
        row_axis=0,
        col_axis=1,
        channel_axis=2,
        fill_mode=fill_mode,
        cval=cval,
    )
    return {"size": [side, side], "theta": theta, "fillMode": fill_mode, "cval": cval, "pixels": encode(pixels)}


def rotated_oblong(height, width, theta, fill_mode):
    """SciPy about the true centre: Keras is off it for images that are not square."""
    angle = np.deg2rad(theta)
    matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    centre = np.array([height / 2 - 0.5, width / 2 - 0.5])
    channels = [
        scipy.ndimage.affine_transform(channel, matrix, centre - matrix @ centre, order=1, mode=fill_mode, cval=0)
        for channel in np.moveaxis(image(height, width).astype(np.float32), 2, 0)
    ]
    pixels = encode(np.stack(channels, axis=-1))
    return {"size": [height, width], "theta": theta, "fillMode": fill_mode, "cval": 0, "pixels": pixels}


rotations = [
    rotated(side, theta, fill_mode, cval)
    for side, thetas in ((16, (15.0, -7.25, 45.0, 133.7)), (33, (-15.0, 3.3, 179.0)))
    for theta in thetas
    for fill_mode in FILL_MODES
    for cval in ([0.0, 200.0] if fill_mode == "constant" else [0.0])
]
rotations += [rotated_oblong(12, 31, theta, fill_mode) for theta in (20.0, -101.0) for fill_mode in FILL_MODES]
rotations += [rotated(1, 10.0, fill_mode, 0.0) for fill_mode in ("nearest", "reflect")]
rotations += [rotated(96, -12.5, "nearest", 0.0)]

flips = {
    "size": [5, 7],
    "horizontal": encode(flip_axis(image(5, 7), 1)),
    "vertical": encode(flip_axis(image(5, 7), 0)),
    "both": encode(flip_axis(flip_axis(image(5, 7), 1), 0)),
}

AFFINE = [
    {"tx": 3.0, "ty": -2.5},
    {"shear": 18.0},
    {"zx": 0.7, "zy": 1.25},
    {"theta": -33.0, "tx": 1.75, "ty": 4.2, "shear": -12.5, "zx": 1.1, "zy": 0.85},
]


def affine(parameters, fill_mode, cval):
    full = {**AFFINE_DEFAULTS, **parameters}
    pixels = keras_affine(image(20, 20), full, fill_mode, cval)
    return {"parameters": full, "fillMode": fill_mode, "cval": cval, "pixels": encode(pixels)}


GENERATOR = [
    {"theta": 12.0, "zx": 0.9, "flip_horizontal": True, "brightness": 1.3},
    {"tx": 2.0, "ty": -1.0, "flip_vertical": True, "channel_shift_intensity": -40.5},
    {"shear": 9.0, "channel_shift_intensity": 21.25, "brightness": 0.6},
]

# Name of the operation, its value.
COLOR = [
    *[("brightness", factor) for factor in (0.0, 0.37, 1.0, 1.81)],
    *[("contrast", factor) for factor in (0.0, 0.45, 1.6)],
    *[("saturation", factor) for factor in (0.0, 0.45, 1.9)],
    *[("sharpness", factor) for factor in (0.0, 0.5, 1.9)],
    *[("hue", turn) for turn in (-0.5, -0.13, 0.0, 0.25, 0.5)],
    ("invert", 0),
    *[("posterize", bits) for bits in (1, 4, 8)],
    *[("solarize", threshold) for threshold in (0, 128, 256)],
    ("autocontrast", 0),
    ("equalize", 0),
    *[("blur", sigma) for sigma in (0.3, 1.1, 2.0)],
    *[("clahe", limit) for limit in (0.0, 2.0, 40.0)],
]


def color(name, value, height, width):
    # A narrow range of levels in one channel, so that stretching it does something.
    pixels = image(height, width)
    pixels[..., 1] = pixels[..., 1] // 3 + 40
    return {"name": name, "value": value, "size": [height, width], "pixels": encode(REFERENCES[name](pixels, value))}


colors = [color(name, value, *size) for name, value in COLOR for size in ((24, 24), (13, 30))]
(GOLDEN / "augmentation-color.json").write_text(json.dumps({"operations": colors}, separators=(",", ":")) + "\n")

GOLDEN.mkdir(parents=True, exist_ok=True)
(GOLDEN / "augmentation.json").write_text(
    json.dumps(
        {
            "rotations": rotations,
            "flips": flips,
            "affine": [
                affine(parameters, fill_mode, 90.0 if fill_mode == "constant" else 0.0)
                for parameters in AFFINE
                for fill_mode in FILL_MODES
            ],
            "generator": [
                {"parameters": drawn, "pixels": encode(keras_generator(image(24, 24), drawn))} for drawn in GENERATOR
            ],
        },
        separators=(",", ":"),
    ) + "\n"
)
