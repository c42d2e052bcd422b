"""Writes what scikit-learn's PCA says of small tables: packages/core/test/golden/principal-components.json.

Run from the root, with oracles/requirements-metrics.txt installed: python oracles/principal_components.py
"""

import json
from pathlib import Path

import numpy as np
from sklearn.decomposition import PCA

random = np.random.default_rng(20260409)


def table(name, rows, components):
    rows = np.round(rows, 6)
    pca = PCA(n_components=components, svd_solver="full")
    scores = pca.fit_transform(rows)
    return {
        "name": name,
        "rows": rows.tolist(),
        "components": components,
        "scores": np.round(scores, 12).tolist(),
        "explainedVarianceRatio": np.round(pca.explained_variance_ratio_, 12).tolist(),
    }


blobs = np.concatenate([random.normal(centre, 0.3, (15, 6)) for centre in (0, 2, 5)])
close = random.normal(size=(60, 8)) * np.array([1, 1.001, 1, 0.999, 1, 1, 1, 1])
tables = [
    table("more rows than columns", random.normal(size=(40, 7)) * np.arange(1, 8), 2),
    table("more columns than rows", random.normal(size=(12, 30)), 3),
    table("far from the origin", random.normal(size=(20, 5)) + 1e4, 2),
    table("three clusters", blobs, 2),
    table("variances that hardly differ", close, 2),
    table("a column that never changes", np.hstack([random.normal(size=(25, 3)), np.ones((25, 1))]), 3),
    table("fewer directions than asked for", np.outer(np.arange(10), [1.0, 2, 3]) + 1, 2),
    table("two rows", random.normal(size=(2, 4)), 1),
    table("as many components as columns", random.normal(size=(9, 4)), 4),
]
golden = Path(__file__).parent.parent / "packages/core/test/golden/principal-components.json"
golden.write_text(json.dumps({"tables": tables}, separators=(",", ":")) + "\n")
