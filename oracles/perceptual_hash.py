"""Goldens of perceptual hashes: ImageHash's pHash of grey pictures of 32x32.

Writes packages/core/test/golden/perceptual-hash.json. Run from anywhere:
    python oracles/perceptual_hash.py
"""

import base64
import json
from pathlib import Path

import imagehash
import numpy as np
from PIL import Image

GOLDEN = Path(__file__).resolve().parent.parent / "packages" / "core" / "test" / "golden"
SIZE = 32


def pictures():
    random = np.random.default_rng(7)
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    for i in range(6):
        a, b, c = random.uniform(1, 6, 3)
        yield 128 + 60 * np.sin(a * x + c) * np.cos(b * y) + random.normal(0, 6 * i, (SIZE, SIZE))
    yield random.uniform(0, 255, (SIZE, SIZE))
    yield 255 * x
    yield np.where(x + y < 1, 20.0, 230.0) + random.normal(0, 5, (SIZE, SIZE))


def main():
    cases = []
    for picture in pictures():
        grey = np.clip(np.round(picture), 0, 255).astype(np.uint8)
        value = str(imagehash.phash(Image.fromarray(grey), hash_size=8, highfreq_factor=4))
        cases.append({"grey": base64.b64encode(grey.tobytes()).decode(), "hash": value})
    path = GOLDEN / "perceptual-hash.json"
    path.write_text(json.dumps({"cases": cases}, indent=1) + "\n")
    print(f"{len(cases)} cases, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
