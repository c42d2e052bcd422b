"""Fits scikit-learn's linear classifiers on small data and writes what they found, as goldens for packages/core/src/head.

usage: python oracles/heads.py      (needs requirements-metrics.txt)

Features come from integer formulas that the tests compute too, so that only results are stored.
"""

import json
import warnings
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.neighbors import NearestCentroid

GOLDEN = Path(__file__).parent.parent / "packages/core/test/golden/heads.json"


def values(count: int, salt: int) -> np.ndarray:
    """Numbers in [-0.5, 0.5) from the high bits of a multiplicative hash."""
    index = np.arange(count, dtype=np.uint64) + np.uint64(salt * 1_000_003)
    hashed = (index * np.uint64(2_654_435_761)) % np.uint64(2**32)
    hashed = ((hashed ^ (hashed >> np.uint64(15))) * np.uint64(2_246_822_519)) % np.uint64(2**32)
    hashed ^= hashed >> np.uint64(13)
    return hashed.astype(np.float64) / 2**32 - 0.5


def data(case: dict) -> tuple[np.ndarray, np.ndarray]:
    rows, columns, classes, salt = case["rows"], case["columns"], case["classes"], case["salt"]
    labels = np.arange(rows) % classes
    if case.get("imbalanced"):
        labels = np.where((labels == 0) | (np.arange(rows) % 8 == 0), labels, classes - 1)
    features = values(rows * columns, salt).reshape(rows, columns)
    for row, label in enumerate(labels):
        features[row, label::classes] += case["gap"]
    kind = case.get("kind")
    if kind == "ill-conditioned":
        # Scales from 1e-4 to 1e4, means far from 0, and a column that all but repeats another.
        features = features * 10.0 ** (np.arange(columns) % 9 - 4) + 10.0 ** (np.arange(columns) % 9 - 3)
        features[:, -1] = features[:, 0] * (1 + 1e-4 * features[:, 1])
    if kind == "constant":
        features[:, 0] = 0
        features[:, 1] = 7
    if kind == "raised":
        features += 1
    return features, labels


CASES = [
    dict(name=f"{name}, {classes} classes", classes=classes, salt=10 * index + classes, **rest)
    for index, (name, rest) in enumerate(
        {
            "plain": dict(rows=60, columns=12, gap=0.3),
            "separable": dict(rows=40, columns=10, gap=2.0, C=100.0),
            "separable, weak penalty": dict(rows=40, columns=10, gap=2.0, C=1e4),
            "strong penalty": dict(rows=90, columns=8, gap=0.2, C=1e-3),
            "more columns than rows": dict(rows=30, columns=45, gap=0.3),
            "ill-conditioned": dict(rows=90, columns=12, gap=0.3, kind="ill-conditioned"),
            "ill-conditioned, weak penalty": dict(rows=90, columns=12, gap=0.3, kind="ill-conditioned", C=100.0),
            "constant features": dict(rows=60, columns=9, gap=0.3, kind="constant"),
            "imbalanced": dict(rows=160, columns=8, gap=0.3, imbalanced=True),
            "balanced weights": dict(rows=160, columns=8, gap=0.3, imbalanced=True, classWeight="balanced"),
            "sample weights": dict(rows=60, columns=8, gap=0.3, sampleWeights=True),
            "both weights": dict(rows=160, columns=8, gap=0.3, imbalanced=True, classWeight="balanced", sampleWeights=True),
            "no intercept": dict(rows=60, columns=8, gap=0.3, kind="raised", fitIntercept=False),
        }.items()
    )
    for classes in (2, 3, 5)
]


def sample_weights(case: dict) -> np.ndarray | None:
    # Every seventh sample weighs nothing.
    if not case.get("sampleWeights"):
        return None
    weights = values(case["rows"], case["salt"] + 1) + 0.6
    weights[::7] = 0
    return weights


def logistic(case: dict) -> dict:
    features, labels = data(case)
    weights = sample_weights(case)
    options = dict(
        C=case.get("C", 1.0),
        class_weight=case.get("classWeight"),
        fit_intercept=case.get("fitIntercept", True),
        max_iter=100_000,
    )
    model = LogisticRegression(solver="newton-cholesky", tol=1e-11, **options).fit(features, labels, weights)
    # The solver that is the default finds the same; badly scaled features and weak penalties it cannot solve as far.
    if case.get("kind") != "ill-conditioned" and case.get("C", 1.0) <= 100:
        again = LogisticRegression(solver="lbfgs", tol=1e-8, **options).fit(features, labels, weights)
        np.testing.assert_allclose(again.coef_, model.coef_, atol=1e-4)
    margin = np.sort(model.predict_proba(features), axis=1)
    assert (margin[:, -1] - margin[:, -2]).min() > 1e-6, "a tie: choose another salt"
    return case | {
        "coefficients": [round(value, 9) for value in model.coef_.ravel()],
        "intercepts": [round(float(value), 9) for value in np.broadcast_to(model.intercept_, len(model.coef_))],
        "predictions": "".join(map(str, model.predict(features))),
        "objective": objective(model, case),
    }


def objective(model: LogisticRegression, case: dict) -> float:
    """Sum of weighted cross-entropies and the penalty over C."""
    features, labels = data(case)
    weights = sample_weights(case)
    weights = np.ones(len(labels)) if weights is None else weights
    if case.get("classWeight") == "balanced":
        sums = np.bincount(labels, weights)
        weights = weights * (weights.sum() / (len(sums) * sums))[labels]
    losses = -model.predict_log_proba(features)[np.arange(len(labels)), labels]
    return float(weights @ losses + (model.coef_**2).sum() / (2 * case.get("C", 1.0)))


def cross_validated(case: dict, scoring: str) -> dict:
    features, labels = data(case)
    model = LogisticRegressionCV(
        Cs=10, l1_ratios=(0.0,), cv=5, scoring=scoring, tol=1e-9, max_iter=100_000, use_legacy_attributes=False
    ).fit(features, labels)
    scores = np.asarray(model.scores_).reshape(5, -1)
    return case | {
        "scoring": scoring,
        "c": float(np.ravel(model.C_)[0]),
        "scores": [round(float(value), 9) for value in scores.mean(axis=0)],
    }


def centroids(case: dict) -> dict:
    features, labels = data(case)
    model = NearestCentroid().fit(features, labels)
    fresh, _ = data(case | {"salt": case["salt"] + 5})
    return case | {
        "centroids": [round(float(value), 9) for value in model.centroids_.ravel()],
        "predictions": "".join(map(str, model.predict(fresh))),
    }


def range_test() -> dict:
    """A loss that falls, lies at its least, and rises, as fastai reads learning rates off it."""
    rates = 1e-7 * (1e8) ** (np.arange(60) / 59)
    raw = 1.2 - 1 / (1 + np.exp(-2 * (np.log10(rates) + 4))) + 0.9 * np.maximum(0, np.log10(rates) + 1.5) ** 2
    raw = raw + 0.02 * values(60, 77)
    average, smoothed = 0.0, []
    for step, loss in enumerate(raw):
        average = 0.9 * average + 0.1 * loss
        smoothed.append(average / (1 - 0.9 ** (step + 1)))
    return {
        "rates": rates.tolist(),
        "smoothed": smoothed,
        "steepest": float(rates[np.argmin(np.gradient(np.asarray(smoothed)))]),
        "minimumTenth": float(rates[np.argmin(smoothed)] / 10),
    }


def main() -> None:
    warnings.simplefilter("error", ConvergenceWarning)
    searched = [dict(name=f"{n} classes", rows=75, columns=8, classes=n, gap=0.25, salt=300 + n) for n in (2, 3)]
    searched.append(dict(name="clear classes", rows=60, columns=20, classes=3, gap=1.0, salt=333))
    searched.append(dict(name="more columns than rows", rows=40, columns=45, classes=3, gap=0.3, salt=344))
    golden = {
        "logistic": [logistic(case) for case in CASES],
        "crossValidated": [cross_validated(case, scoring) for case in searched for scoring in ("accuracy", "neg_log_loss")],
        "centroids": [centroids(dict(rows=60, columns=6, classes=n, gap=0.3, salt=400 + n)) for n in (2, 3, 5)],
        "rangeTest": range_test(),
    }
    GOLDEN.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(f"{GOLDEN}: {GOLDEN.stat().st_size} bytes")


if __name__ == "__main__":
    main()
