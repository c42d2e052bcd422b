"""Keras' side of augmentation.mjs: seconds to rotate images with ImageDataGenerator, as JSON on stdout.

    python benchmarks/augmentation.py COUNT SIDE
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from keras.src.legacy.preprocessing.image import ImageDataGenerator

count, side = int(sys.argv[1]), int(sys.argv[2])
image = np.random.RandomState(0).randint(0, 256, (side, side, 3)).astype(np.float32)
generator = ImageDataGenerator(rotation_range=15, fill_mode="nearest")
np.random.seed(42)
generator.random_transform(image)
wall, cpu = time.perf_counter(), time.process_time()
for _ in range(count):
    generator.random_transform(image)
print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}))
