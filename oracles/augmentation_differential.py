"""Random cases of augmentations, ours against Keras, Pillow and OpenCV: prints the largest and the mean difference of grey
levels for each operation, and exits with 1 if one is beyond its bar.

    pnpm --filter @graft-ml/core build && python oracles/augmentation_differential.py [CASES_PER_OPERATION [SEED]]
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from augmentation_reference import REFERENCES, keras_affine

FILL_MODES = ["nearest", "reflect", "wrap", "constant"]
# Largest difference allowed, and mean.
BARS = {"affine": (1, 0.05), **{name: (2, 2) for name in REFERENCES}}

count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
random = np.random.RandomState(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
uniform = lambda low, high: float(random.uniform(low, high))

VALUES = {
    **{name: (lambda: uniform(0, 2.5)) for name in ("brightness", "contrast", "saturation", "sharpness")},
    "hue": lambda: uniform(-0.5, 0.5),
    "posterize": lambda: int(random.randint(1, 9)),
    "solarize": lambda: int(random.randint(0, 257)),
    "blur": lambda: uniform(0.1, 2.0),
    "clahe": lambda: uniform(0, 10),
}


def affine_value():
    parameters = {
        "theta": uniform(-180, 180),
        "tx": uniform(-9, 9),
        "ty": uniform(-9, 9),
        "shear": uniform(-40, 40),
        "zx": uniform(0.5, 1.5),
        "zy": uniform(0.5, 1.5),
    }
    return {"parameters": parameters, "fillMode": FILL_MODES[random.randint(4)], "cval": float(random.randint(256))}


def draw_image(height, width):
    """Noise, or smooth shades, or few levels."""
    kind = random.randint(3)
    noise = random.randint(0, 256, (height, width, 3))
    if kind == 1:
        rows, columns = np.mgrid[:height, :width]
        noise = np.stack([rows * uniform(0, 9) + columns * uniform(0, 9) for _ in range(3)], axis=-1) + noise // 16
    if kind == 2:
        noise = noise // 64 * uniform(20, 60) + uniform(0, 60)
    return np.clip(noise, 0, 255).astype(np.uint8)


def reference(name, pixels, value):
    if name != "affine":
        return REFERENCES[name](pixels, value).astype(int)
    moved = keras_affine(pixels, value["parameters"], value["fillMode"], value["cval"])
    return np.floor(np.clip(moved, 0, 255) + 0.5).astype(int)


cases, images = [], []
for name in BARS:
    for _ in range(count):
        # Keras mixes up the centre of images that are not square.
        height = int(random.randint(8, 96))
        width = height if name == "affine" else int(random.randint(8, 96))
        value = affine_value() if name == "affine" else VALUES.get(name, lambda: 0)()
        cases.append({"name": name, "value": value, "height": height, "width": width})
        images.append(draw_image(height, width))

worst = {name: [0, 0.0] for name in BARS}
with tempfile.TemporaryDirectory() as folder:
    Path(folder, "cases.json").write_text(json.dumps(cases))
    for number, pixels in enumerate(images):
        Path(folder, f"{number}.in").write_bytes(pixels.tobytes())
    subprocess.run(["node", Path(__file__).with_name("augmentation-differential.mjs"), folder], check=True)
    for number, (case, pixels) in enumerate(zip(cases, images)):
        ours = np.frombuffer(Path(folder, f"{number}.out").read_bytes(), np.uint8).reshape(pixels.shape).astype(int)
        difference = np.abs(ours - reference(case["name"], pixels, case["value"]))
        entry = worst[case["name"]]
        entry[0] = max(entry[0], int(difference.max()))
        entry[1] = max(entry[1], float(difference.mean()))

failed = False
for name, (most, mean) in worst.items():
    beyond = most > BARS[name][0] or mean > BARS[name][1]
    failed = failed or beyond
    print(f"{name:14} {count} cases: at most {most}, mean at most {mean:.4f}{'  BEYOND ITS BAR' if beyond else ''}")
sys.exit(1 if failed else 0)
