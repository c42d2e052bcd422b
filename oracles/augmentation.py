"""Goldens of augmentations: Keras' own transforms, which call SciPy.

Writes packages/core/test/golden/augmentation.json. Run from anywhere:
    python oracles/augmentation.py
"""

import base64
import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import scipy.ndimage
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

GOLDEN.mkdir(parents=True, exist_ok=True)
(GOLDEN / "augmentation.json").write_text(
    json.dumps({"rotations": rotations, "flips": flips}, separators=(",", ":")) + "\n"
)
