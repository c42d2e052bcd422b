"""Writes two sets of images that graft-tiny never saw, as folders of classes: `python export_probe_sets.py FOLDER`.

digits    scikit-learn's handwritten digits, 8×8, upscaled to 128×128
textures  patches of photographs that scikit-image carries, grey, each with the same mean and contrast, so that what tells
          them apart is their pattern

For measuring only; not to be committed. Needs scikit-learn, scikit-image and Pillow (oracles/requirements-probe.txt).
"""

import sys
from pathlib import Path

import numpy as np
import skimage
from PIL import Image
from sklearn.datasets import load_digits

PHOTOGRAPHS = [
    'brick.png', 'chelsea.png', 'coffee.png', 'coins.png', 'grass.png', 'gravel.png',
    'hubble_deep_field.jpg', 'ihc.png', 'moon.png', 'page.png', 'retina.jpg', 'text.png',
]
PATCH, SIDE, PATCHES = 48, 128, 60


def write_digits(folder):
    digits = load_digits()
    for index, (pixels, label) in enumerate(zip(digits.images, digits.target)):
        image = Image.fromarray(np.round(pixels * (255 / 16)).astype(np.uint8))
        save(image.resize((SIDE, SIDE), Image.Resampling.BICUBIC), folder / str(label) / f'{index:04}.png')


def write_textures(folder):
    photographs = Path(skimage.__file__).parent / 'data'
    random = np.random.default_rng(0)
    for name in PHOTOGRAPHS:
        photograph = np.asarray(Image.open(photographs / name).convert('L'), dtype=np.float64)
        rows, columns = (size // PATCH for size in photograph.shape)
        patches = [
            photograph[row * PATCH : (row + 1) * PATCH, column * PATCH : (column + 1) * PATCH]
            for row in range(rows)
            for column in range(columns)
        ]
        # Skies and margins say nothing about what they belong to.
        patches = [patch for patch in patches if patch.std() > 4]
        chosen = sorted(random.permutation(len(patches))[:PATCHES])
        for number in chosen:
            patch = patches[number]
            level = np.clip(128 + 45 * (patch - patch.mean()) / patch.std(), 0, 255)
            image = Image.fromarray(np.round(level).astype(np.uint8))
            image = image.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
            save(image, folder / Path(name).stem / f'{number:03}.png')


def save(image, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


if __name__ == '__main__':
    target = Path(sys.argv[1])
    write_digits(target / 'digits')
    write_textures(target / 'textures')
