"""The peer of engines.mjs: a network of keras.applications, without its classifier, run by `predict`.

    python benchmarks/engines.py NETWORK SIZE BATCH

Waits for a line on stdin for each round; answers each with one JSON line: seconds and CPU seconds for one image. Pixels are
preprocessed beforehand: only `predict` is timed.
"""

import json
import os
import sys
import time

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import keras
import numpy as np

BUILDERS = {
    'vgg16': keras.applications.VGG16,
    'vgg19': keras.applications.VGG19,
    'resnet50': keras.applications.ResNet50,
    'mobilenetv2': keras.applications.MobileNetV2,
    'efficientnetb0': keras.applications.EfficientNetB0,
}

name, size, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
network = BUILDERS[name](weights=None, include_top=False, input_shape=(size, size, 3), pooling='avg')
pixels = np.random.default_rng(1).uniform(-128, 128, (2 * batch, size, size, 3)).astype(np.float32)
network.predict(pixels, batch_size=batch, verbose=0)
print(json.dumps({'keras': keras.__version__}), flush=True)
for _ in sys.stdin:
    begin, cpu = time.perf_counter(), time.process_time()
    network.predict(pixels, batch_size=batch, verbose=0)
    seconds, busy = time.perf_counter() - begin, time.process_time() - cpu
    print(json.dumps({'seconds': seconds / len(pixels), 'cpu': busy / len(pixels)}), flush=True)
