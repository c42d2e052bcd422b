"""The peer's side of benchmarks/linear-head.mjs: scikit-learn's LogisticRegression, at its own tolerance and at tight ones.

usage: python benchmarks/linear-head.py FOLDER ROWS COLUMNS CLASSES

Writes the features to FOLDER/features.f32, and prints one JSON document.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

folder, rows, columns, classes = Path(sys.argv[1]), *map(int, sys.argv[2:5])
random = np.random.default_rng(1)
labels = np.arange(rows) % classes
mixing = random.normal(size=(64, columns)) / 8
centres = random.normal(size=(classes, 64)) * 0.35
features = (random.normal(size=(rows, 64)) + centres[labels]) @ mixing + 0.7 * random.normal(size=(rows, columns)) + 0.2
features = np.maximum(features, 0).astype(np.float32)
features.tofile(folder / "features.f32")
features = features.astype(np.float64)

warnings.simplefilter("ignore")
runs = []
for tol in (1e-4, 1e-6) if rows > 1000 else (1e-4, 1e-6, 1e-8):
    begin, used = time.perf_counter(), time.process_time()
    model = LogisticRegression(tol=tol, max_iter=20_000).fit(features, labels)
    seconds, processor = time.perf_counter() - begin, time.process_time() - used
    losses = -model.predict_log_proba(features)[np.arange(rows), labels]
    runs.append(
        {
            "tol": tol,
            "seconds": seconds,
            "processor": processor,
            "iterations": int(model.n_iter_[0]),
            "objective": float(losses.sum() + (model.coef_**2).sum() / 2),
            "coefficients": model.coef_.ravel().tolist(),
        }
    )
json.dump({"runs": runs}, sys.stdout)
