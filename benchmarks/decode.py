"""The peer of decode.mjs: OpenCV reads each image, turns BGR to RGB, and resizes it to 224 x 224 with INTER_LINEAR.

    python benchmarks/decode.py FOLDER [ROUNDS]

Prints one JSON line a round: images per second with one thread, with a pool of as many threads as cores (the notebook's loop
and the fairest peer), and CPU milliseconds for each image.
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"}
paths = [str(path) for path in sorted(Path(sys.argv[1]).rglob("*")) if path.suffix.lower() in SUFFIXES]
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 1
cores = len(os.sched_getaffinity(0))


def decode(path):
    image = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)
    return cv2.resize(image, (224, 224), interpolation=cv2.INTER_LINEAR)


def measure(work):
    begin, cpu = time.perf_counter(), time.process_time()
    work()
    seconds, busy = time.perf_counter() - begin, time.process_time() - cpu
    return len(paths) / seconds, busy * 1000 / len(paths)


with ThreadPoolExecutor(cores) as pool:
    list(pool.map(decode, paths))
    for _ in range(rounds):
        alone, alone_cpu = measure(lambda: [decode(path) for path in paths])
        pooled, pooled_cpu = measure(lambda: list(pool.map(decode, paths)))
        print(json.dumps({"alone": alone, "aloneCpu": alone_cpu, "pooled": pooled, "pooledCpu": pooled_cpu}), flush=True)
