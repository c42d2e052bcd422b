"""Goldens of resizing: OpenCV's INTER_LINEAR on uint8 images.

Writes packages/core/test/golden/resize.json. Run from anywhere:
    python oracles/resize.py
"""

import json
import zlib
from pathlib import Path

import cv2
import numpy as np

GOLDEN = Path(__file__).resolve().parent.parent / "packages" / "core" / "test" / "golden"

# (height, width) of source and target: up, down, mixed, exact halves and doubles, single rows and columns.
SIZES = [
    ((7, 5), (7, 5)),
    ((7, 5), (14, 10)),
    ((7, 5), (23, 31)),
    ((8, 6), (4, 3)),
    ((8, 6), (4, 6)),
    ((8, 6), (3, 4)),
    ((64, 48), (16, 24)),
    ((64, 48), (15, 17)),
    ((300, 257), (224, 224)),
    ((300, 257), (150, 128)),
    ((300, 258), (150, 129)),
    ((100, 120), (224, 224)),
    ((1023, 777), (224, 224)),
    ((1, 1), (5, 4)),
    ((1, 9), (3, 4)),
    ((9, 1), (4, 3)),
    ((2, 2), (1, 1)),
    ((5, 5), (1, 1)),
    ((33, 47), (32, 46)),
]


def image(height, width):
    """The same pixels as packages/core/test/test-image.ts: a 32-bit linear congruential sequence's top bytes."""
    values = np.empty(height * width * 3, dtype=np.uint8)
    state = (height * 65536 + width) & 0xFFFFFFFF
    for i in range(values.size):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values[i] = state >> 24
    return values.reshape(height, width, 3)


def resize(source, target):
    result = cv2.resize(image(*source), (target[1], target[0]), interpolation=cv2.INTER_LINEAR)
    case = {"source": source, "target": target, "crc": zlib.crc32(result.tobytes())}
    if result.size <= 800:
        case["pixels"] = result.reshape(-1).tolist()
    return case


GOLDEN.mkdir(parents=True, exist_ok=True)
(GOLDEN / "resize.json").write_text(json.dumps([resize(*sizes) for sizes in SIZES], separators=(",", ":")) + "\n")
