"""The peers' side of benchmarks/metrics.mjs: scikit-learn on the same numbers. Prints one JSON document."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import sklearn
from sklearn.metrics import classification_report, confusion_matrix, roc_auc_score

folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
truth = np.fromfile(folder / "truth.i32", dtype=np.int32)
guess = np.fromfile(folder / "guess.i32", dtype=np.int32)
positive = np.fromfile(folder / "positive.i32", dtype=np.int32)
scores = np.fromfile(folder / "scores.f64", dtype=np.float64)
names = np.array(["covid", "normal", "pneumonia"])

tasks = {
    "classificationReport, numbers": lambda: classification_report(truth, guess),
    "classificationReport, strings": lambda: classification_report(named_truth, named_guess),
    "confusionMatrix, numbers": lambda: confusion_matrix(truth, guess).tolist(),
    "rocAucScore": lambda: roc_auc_score(positive, scores),
}
named_truth, named_guess = names[truth], names[guess]
results = {}
for name, task in tasks.items():
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        value = task()
        seconds.append(time.perf_counter() - start)
    results[name] = {"milliseconds": [1000 * s for s in seconds], "value": value}
json.dump({"version": sklearn.__version__, "python": sys.version.split()[0], "numpy": np.__version__, "results": results}, sys.stdout)
