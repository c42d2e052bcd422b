"""Writes the expected values of @graft-ml/metrics, computed by scikit-learn, pandas, SciPy and NumPy.

    python oracles/metrics.py             writes packages/metrics/test/golden/metrics-*.json
    python oracles/metrics.py --random N  writes cases of N fresh random data sets to stdout, for differential testing:
                                          METRICS_CASES=file npx vitest run packages/metrics/test/golden.test.ts

Versions are pinned in requirements-metrics.txt. Each case names a function of ours, the data set it is applied to,
its options in our spelling, and what the reference returned.
"""

import json
import math
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve

from plain_json import plain

GOLDEN = Path(__file__).resolve().parent.parent / "packages" / "metrics" / "test" / "golden"
warnings.filterwarnings("ignore")


# ---------------------------------------------------------------- label metrics

AVERAGES = {"binary": "binary", "micro": "micro", "macro": "macro", "weighted": "weighted", "none": None}


def keywords(options, data):
    """Our options in scikit-learn's spelling."""
    names = {
        "labels": "labels", "normalize": "normalize", "adjusted": "adjusted", "weights": "weights", "beta": "beta",
        "posLabel": "pos_label", "digits": "digits", "targetNames": "target_names", "k": "k", "maxFpr": "max_fpr",
        "multiClass": "multi_class", "dropIntermediate": "drop_intermediate", "nBins": "n_bins", "strategy": "strategy",
        "scaleByHalf": "scale_by_half", "samplewise": "samplewise",
    }
    result = {}
    for name, value in options.items():
        if name == "average":
            result["average"] = AVERAGES[value]
        elif name == "zeroDivision":
            result["zero_division"] = float("nan") if value == "NaN" else value
        elif name == "weighted":
            if value:
                result["sample_weight"] = np.array(data["sampleWeight"], dtype=float)
        elif name in names:
            result[names[name]] = value
    return result


def one_vs_rest(metric, data, options):
    """specificity and negative predictive value: recall and precision of everything but the class."""
    truth, guess = np.array(data["yTrue"]), np.array(data["yPred"])
    weights = np.array(data["sampleWeight"], dtype=float) if options.get("weighted") else np.ones(len(truth))
    labels = options.get("labels") or sorted(set(data["yTrue"]) | set(data["yPred"]))
    average = options.get("average", "binary")
    if average == "binary":
        labels = [options.get("posLabel", 1)]
    zero = options.get("zeroDivision", 0)
    zero = 0.0 if zero == "warn" else float(zero)
    rest = [((truth != label).astype(int), (guess != label).astype(int)) for label in labels]
    if average == "micro":
        return metric(np.concatenate([t for t, _ in rest]), np.concatenate([g for _, g in rest]),
                      sample_weight=np.tile(weights, len(rest)), zero_division=zero)
    scores = np.array([metric(t, g, sample_weight=weights, zero_division=zero) for t, g in rest])
    if average == "none":
        return scores
    support = np.array([weights[truth == label].sum() for label in labels]) if average == "weighted" else np.ones(len(labels))
    kept = ~np.isnan(scores)
    if not kept.any():
        return float("nan")
    return np.average(scores[kept], weights=support[kept] if support[kept].sum() else None)


def label_metric(name, data, options):
    truth, guess = np.array(data["yTrue"]), np.array(data["yPred"])
    kw = keywords(options, data)
    if name == "confusionMatrix":
        return {"matrix": sk.confusion_matrix(truth, guess, **kw)}
    if name == "precisionRecallFscoreSupport":
        p, r, f, s = sk.precision_recall_fscore_support(truth, guess, **kw)
        return {"precision": p, "recall": r, "fscore": f, "support": s}
    if name == "classLikelihoodRatios":
        positive, negative = sk.class_likelihood_ratios(truth, guess, **kw)
        return {"positive": positive, "negative": negative}
    if name == "specificityScore":
        return one_vs_rest(sk.recall_score, data, options)
    if name == "negativePredictiveValue":
        return one_vs_rest(sk.precision_score, data, options)
    if name == "reportText":
        return sk.classification_report(truth, guess, **kw)
    if name == "reportDictionary":
        return sk.classification_report(truth, guess, output_dict=True, **kw)
    if name == "confusionText":
        labels = kw.pop("labels", sorted(set(data["yTrue"]) | set(data["yPred"])))
        names = options.get("targetNames", labels)
        kw.pop("target_names", None)
        return pd.DataFrame(sk.confusion_matrix(truth, guess, labels=labels, **kw), index=names, columns=names).to_string()
    functions = {
        "multilabelConfusionMatrix": sk.multilabel_confusion_matrix,
        "accuracyScore": sk.accuracy_score, "balancedAccuracyScore": sk.balanced_accuracy_score,
        "precisionScore": sk.precision_score, "recallScore": sk.recall_score, "fbetaScore": sk.fbeta_score,
        "f1Score": sk.f1_score, "jaccardScore": sk.jaccard_score, "hammingLoss": sk.hamming_loss,
        "zeroOneLoss": sk.zero_one_loss, "cohenKappaScore": sk.cohen_kappa_score, "matthewsCorrcoef": sk.matthews_corrcoef,
    }
    return functions[name](truth, guess, **kw)


def label_data(rng, n, names, *, agreement=0.7, absent=(), never=(), weights="none"):
    """Random labels; classes in `absent` never occur, those in `never` are never predicted."""
    true_names = [name for name in names if name not in absent]
    guess_names = [name for name in names if name not in never]
    truth = [true_names[i] for i in rng.integers(0, len(true_names), n)]
    guess = [t if rng.random() < agreement and t in guess_names else guess_names[rng.integers(0, len(guess_names))] for t in truth]
    data = {"yTrue": truth, "yPred": guess}
    if weights == "float":
        data["sampleWeight"] = [round(float(w), 3) for w in rng.random(n) * 3]
    elif weights == "tenths":
        data["sampleWeight"] = [float(w) for w in rng.integers(0, 30, n) / 10]
    elif weights == "whole":
        data["sampleWeight"] = [int(w) for w in rng.integers(0, 4, n)]
    return data


LONG = "a class name so long that it pushes every column of the report far to the right, and then some"


def label_datasets(rng):
    three = ["covid", "normal", "pneumonia"]
    cells = lambda matrix, names: {
        "yTrue": [names[i] for i, row in enumerate(matrix) for count in row for _ in range(count)],
        "yPred": [names[j] for row in matrix for j, count in enumerate(row) for _ in range(count)],
    }
    return {
        "notebook vgg16": cells([[21, 0, 0], [2, 18, 1], [1, 5, 14]], three),
        "notebook vgg19": cells([[19, 0, 2], [1, 19, 1], [0, 3, 17]], three),
        "three strings": label_data(rng, 60, three, weights="float"),
        "absent class": label_data(rng, 40, three, absent=["normal"], weights="tenths"),
        "never predicted": label_data(rng, 40, three, never=["covid"], weights="whole"),
        "absent and never predicted": label_data(rng, 30, three + ["zebra"], absent=["covid"], never=["zebra"]),
        "disjoint": {"yTrue": ["a", "a", "b"], "yPred": ["c", "d", "d"], "sampleWeight": [0.5, 1.5, 2]},
        "one class": {"yTrue": ["only"] * 7, "yPred": ["only"] * 7, "sampleWeight": [0.1] * 7},
        "one sample": {"yTrue": [3], "yPred": [3], "sampleWeight": [0.25]},
        "one wrong sample": {"yTrue": ["x"], "yPred": ["y"], "sampleWeight": [2]},
        "binary 0 1": label_data(rng, 50, [0, 1], weights="float"),
        "binary -1 1": label_data(rng, 50, [-1, 1], weights="tenths"),
        "binary all negative": {"yTrue": [0] * 6, "yPred": [0, 0, 0, 1, 0, 0], "sampleWeight": [1, 2, 3, 4, 5, 6]},
        "binary never positive": {"yTrue": [0, 1, 1, 0, 1], "yPred": [0] * 5, "sampleWeight": [1, 0.5, 0.25, 2, 0]},
        "binary all positive": {"yTrue": [1] * 5, "yPred": [1, 1, 0, 1, 1], "sampleWeight": [0.1, 0.2, 0.3, 0.4, 0.5]},
        "binary perfect": {"yTrue": [0, 1, 0, 1], "yPred": [0, 1, 0, 1], "sampleWeight": [1, 1, 2, 2]},
        "binary inverted": {"yTrue": [0, 1, 0, 1], "yPred": [1, 0, 1, 0], "sampleWeight": [1, 1, 2, 2]},
        "numbers out of order": label_data(rng, 60, [10, 9, 100, 2, -5], weights="float"),
        "unicode": label_data(rng, 50, ["日本語", "Ωmega", "é", "e\u0301", "😀", "\ufb01", "Zebra", "zebra", ""], weights="float"),
        "spaces and breaks": label_data(rng, 30, [" lead", "trail ", "two words", "tab\there", "line\nbreak"]),
        "long names": label_data(rng, 30, [LONG, LONG + "!", "short"], weights="tenths"),
        "ten classes": label_data(rng, 200, list(range(10)), weights="float"),
        "forty classes": label_data(rng, 400, [f"class {i}" for i in range(40)], weights="float"),
        "thousand classes": label_data(rng, 1500, [f"c{i:04d}" for i in range(1000)], agreement=0.6),
        "two hundred numbers": label_data(rng, 500, list(range(-50, 150)), weights="tenths"),
    }


def label_cases(rng, datasets):
    cases = []

    def add(dataset, fn, **options):
        data = datasets[dataset]
        if options.get("weighted") and "sampleWeight" not in data:
            return
        try:
            expected = plain(label_metric(fn, data, options))
        except ValueError:
            return
        cases.append({"dataset": dataset, "fn": fn, "options": options, "expected": expected})

    for dataset, data in datasets.items():
        present = sorted(set(data["yTrue"]) | set(data["yPred"]))
        large = len(present) > 100
        binary = len(present) <= 2
        for weighted in (False, True):
            w = {"weighted": weighted} if weighted else {}
            for fn in ("accuracyScore", "hammingLoss", "matthewsCorrcoef", "balancedAccuracyScore", "cohenKappaScore", "zeroOneLoss"):
                add(dataset, fn, **w)
            add(dataset, "accuracyScore", normalize=False, **w)
            add(dataset, "zeroOneLoss", normalize=False, **w)
            add(dataset, "balancedAccuracyScore", adjusted=True, **w)
            add(dataset, "cohenKappaScore", weights="linear", **w)
            add(dataset, "cohenKappaScore", weights="quadratic", **w)
            for fn in ("precisionScore", "recallScore", "f1Score", "jaccardScore", "specificityScore", "negativePredictiveValue"):
                for average in ("micro", "macro", "weighted"):
                    add(dataset, fn, average=average, **w)
                if not large:
                    add(dataset, fn, average="none", **w)
                if binary:
                    add(dataset, fn, posLabel=present[-1], **w)
            add(dataset, "fbetaScore", average="macro", beta=[0.5, 2, 0][int(rng.integers(0, 3))], **w)
            add(dataset, "precisionRecallFscoreSupport", average="weighted", beta=2, **w)
            add(dataset, "reportText", **w)
            add(dataset, "classLikelihoodRatios", **w)
            if not large:
                for normalize in (None, "true", "pred", "all"):
                    add(dataset, "confusionMatrix", normalize=normalize, **w)
                    add(dataset, "confusionText", normalize=normalize, **w)
                add(dataset, "multilabelConfusionMatrix", **w)
                add(dataset, "precisionRecallFscoreSupport", **w)
                add(dataset, "reportDictionary", **w)
                for digits in (0, 1, 3, 5, 17, 25):
                    add(dataset, "reportText", digits=digits, **w)
        for zero in (0, 1, "NaN"):
            add(dataset, "reportText", zeroDivision=zero)
            add(dataset, "f1Score", average="macro", zeroDivision=zero)
            add(dataset, "precisionScore", average="weighted", zeroDivision=zero)
            add(dataset, "specificityScore", average="macro", zeroDivision=zero)
        if len(present) > 2 and not large:
            subset = present[1:]
            extra = list(reversed(present)) + (["zz"] if isinstance(present[0], str) else [999])
            for labels in (subset, extra):
                for average in ("micro", "macro", "weighted", "none"):
                    add(dataset, "f1Score", average=average, labels=labels)
                    add(dataset, "jaccardScore", average=average, labels=labels)
                add(dataset, "reportText", labels=labels)
                add(dataset, "reportDictionary", labels=labels)
                add(dataset, "confusionMatrix", labels=labels, unknownLabels="drop")
                add(dataset, "cohenKappaScore", labels=labels, weights="linear")
                add(dataset, "multilabelConfusionMatrix", labels=labels)
            names = [f"name of {label}" for label in present]
            add(dataset, "reportText", targetNames=names)
            add(dataset, "confusionText", targetNames=names)
    if "three strings" in datasets:
        add("three strings", "reportText", digits=120)
        add("binary 0 1", "f1Score")
        add("binary 0 1", "reportText", labels=[1])
        add("binary -1 1", "precisionRecallFscoreSupport", average="binary")
    return cases


def indicator_cases(rng):
    """Rows of 0 and 1 for samples that may have several classes."""
    rows = lambda: rng.integers(0, 2, (15, 4)).tolist()
    data = {"yTrue": rows(), "yPred": rows(), "sampleWeight": [round(float(w), 2) for w in rng.random(15)]}
    options = [{}, {"samplewise": True}, {"weighted": True}, {"weighted": True, "samplewise": True}, {"labels": [2, 0]}]
    fn = "multilabelConfusionMatrix"
    return data, [{"dataset": "indicators", "fn": fn, "options": o, "expected": plain(label_metric(fn, data, o))} for o in options]


# ---------------------------------------------------------------- score metrics


def expected_calibration_error(truth, probabilities, n_bins, strategy, weights):
    """Guo et al. (2017), equation 5, in NumPy; bins hold their upper edges."""
    probabilities = np.asarray(probabilities)
    if probabilities.ndim == 1:
        probabilities = np.stack([1 - probabilities, probabilities], axis=1)
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    edges = np.linspace(0, 1, n_bins + 1)
    if strategy == "quantile":
        edges = np.percentile(confidence, edges * 100)  # the same edges as calibration_curve
    bins = np.searchsorted(edges[1:-1], confidence)
    error = 0
    for bin in range(n_bins):
        inside = bins == bin
        if weights[inside].sum() > 0:
            gap = np.average(right[inside], weights=weights[inside]) - np.average(confidence[inside], weights=weights[inside])
            error += abs(gap) * weights[inside].sum() / weights.sum()
    return error


def best_threshold(data, options, weights):
    """Tries every score as a threshold, from the highest down."""
    truth, scores = np.array(data["yTrue"]) == options.get("posLabel", 1), np.array(data["yScore"], dtype=float)
    best = None
    for threshold in np.unique(scores[weights > 0])[::-1]:
        guess = scores >= threshold
        tn, fp, fn, tp = sk.confusion_matrix(truth, guess, sample_weight=weights, labels=[False, True]).ravel()
        sensitivity, specificity = tp / (tp + fn), tn / (tn + fp)
        criterion = options.get("criterion", "youden")
        if criterion == "youden":
            value = sensitivity + specificity - 1
        elif criterion == "fbeta":
            value = sk.fbeta_score(truth, guess, beta=options.get("beta", 1), sample_weight=weights)
        else:
            value = specificity if sensitivity >= options["minSensitivity"] else -np.inf
        if best is None or value > best["value"] + 1e-12:
            best = {"threshold": threshold, "value": value, "sensitivity": sensitivity, "specificity": specificity, "precision": tp / (tp + fp)}
    return best


def score_metric(name, data, options):
    truth = np.array(data["yTrue"])
    scores = np.array(data["yScore"], dtype=float)
    kw = keywords(options, data)
    weights = np.array(data["sampleWeight"], dtype=float) if options.get("weighted") else np.ones(len(truth))
    if name == "rocCurve":
        return dict(zip(("fpr", "tpr", "thresholds"), sk.roc_curve(truth, scores, **kw)))
    if name == "precisionRecallCurve":
        return dict(zip(("precision", "recall", "thresholds"), sk.precision_recall_curve(truth, scores, **kw)))
    if name == "detCurve":
        return dict(zip(("fpr", "fnr", "thresholds"), sk.det_curve(truth, scores, **kw)))
    if name == "calibrationCurve":
        return dict(zip(("probTrue", "probPred"), calibration_curve(truth, scores, **kw)))
    if name == "expectedCalibrationError":
        codes = np.searchsorted(sorted(set(data["yTrue"])) if "labels" not in options else options["labels"], truth)
        return expected_calibration_error(codes, scores, options.get("nBins", 15), options.get("strategy", "uniform"), weights)
    if name == "bestThreshold":
        return best_threshold(data, options, weights)
    if name == "averagePrecisionScore" and "labels" in kw:
        # scikit-learn takes no labels here; indicator columns say the same.
        labels = kw.pop("labels")
        indicators = np.array([[label == one for one in labels] for label in data["yTrue"]], dtype=int)
        return sk.average_precision_score(indicators, scores, **kw)
    functions = {
        "rocAucScore": sk.roc_auc_score, "averagePrecisionScore": sk.average_precision_score, "logLoss": sk.log_loss,
        "brierScoreLoss": sk.brier_score_loss, "topKAccuracyScore": sk.top_k_accuracy_score,
    }
    return functions[name](truth, scores, **kw)


def binary_scores(rng, n, names=(0, 1), *, kind="plain", weights=True):
    positive = rng.random(n) < 0.4
    positive[:2] = [True, False]
    raw = positive * 0.8 + rng.normal(size=n)
    scores = 1 / (1 + np.exp(-raw))
    if kind == "ties":
        scores = np.round(scores, 1)
    elif kind == "logits":
        scores = raw
    elif kind == "huge":
        scores = raw * 10.0 ** rng.integers(-300, 300, n)
    elif kind == "constant":
        scores = np.full(n, 0.5)
    elif kind == "perfect":
        scores = positive * 0.5 + rng.random(n) * 0.4
    elif kind == "certain":
        scores = (scores > 0.5).astype(float)
    elif kind == "zeros":
        scores = np.where(rng.random(n) < 0.3, -0.0, np.where(rng.random(n) < 0.5, 0.0, raw))
    data = {"yTrue": [names[int(p)] for p in positive], "yScore": [float(s) for s in scores], "positive": names[1]}
    if weights:
        data["sampleWeight"] = [round(float(w), 2) for w in rng.random(n) * (rng.random(n) > 0.1)]
    return data


def class_scores(rng, n, names, *, kind="plain", absent=()):
    present = [name for name in names if name not in absent]
    truth = [present[i] for i in rng.permutation(np.arange(n) % len(present))]
    logits = rng.normal(size=(n, len(names)))
    for i, label in enumerate(truth):
        logits[i, names.index(label)] += 1
    p = np.exp(logits)
    p /= p.sum(axis=1, keepdims=True)
    if kind == "ties":
        p = np.round(p * 4)
        p[p.sum(axis=1) == 0, 0] = 1
        p /= p.sum(axis=1, keepdims=True)
    elif kind == "certain":
        p = np.eye(len(names))[p.argmax(axis=1)]
    data = {"yTrue": truth, "yScore": p.tolist(), "classes": names}
    data["sampleWeight"] = [round(float(w), 2) for w in rng.random(n) + 0.01]
    return data


def score_datasets(rng):
    return {
        "plain": binary_scores(rng, 60),
        "ties": binary_scores(rng, 60, kind="ties"),
        "logits": binary_scores(rng, 40, (-1, 1), kind="logits"),
        "huge range": binary_scores(rng, 40, kind="huge"),
        "constant": binary_scores(rng, 12, kind="constant"),
        "perfect": binary_scores(rng, 30, kind="perfect"),
        "certain": binary_scores(rng, 30, kind="certain"),
        "signed zeros": binary_scores(rng, 30, kind="zeros"),
        "two samples": binary_scores(rng, 2),
        "strings": binary_scores(rng, 40, ("benign", "malignant")),
        "other numbers": binary_scores(rng, 40, (3, 7)),
        "positives only": {"yTrue": [1] * 5, "yScore": [0.1, 0.3, 0.3, 0.2, 0.9], "positive": 1},
        "negatives only": {"yTrue": [0] * 5, "yScore": [0.1, 0.3, 0.3, 0.2, 0.9], "positive": 1},
        "long": binary_scores(rng, 4500, kind="ties", weights=False),
        "three classes": class_scores(rng, 60, ["covid", "normal", "pneumonia"]),
        "three classes tied": class_scores(rng, 60, [0, 1, 2], kind="ties"),
        "three classes certain": class_scores(rng, 30, ["a", "b", "c"], kind="certain"),
        "a class without samples": class_scores(rng, 30, ["a", "b", "c", "d"], absent=["c"]),
        "two columns": class_scores(rng, 30, ["no", "yes"]),
        "twenty classes": class_scores(rng, 100, [f"k{i:02d}" for i in range(20)]),
    }


def score_cases(datasets):
    cases = []

    def add(dataset, fn, **options):
        data = datasets[dataset]
        if options.get("weighted") and "sampleWeight" not in data:
            return
        try:
            expected = plain(score_metric(fn, data, options))
        except (ValueError, IndexError):
            return
        if expected is not None:
            cases.append({"dataset": dataset, "fn": fn, "options": options, "expected": expected})

    for dataset, data in datasets.items():
        for weighted in (False, True):
            w = {"weighted": weighted} if weighted else {}
            if "classes" not in data:
                p = {"posLabel": data["positive"], **w}
                in_unit = all(0 <= s <= 1 for s in data["yScore"])
                both = len(set(data["yTrue"])) == 2
                if len(data["yTrue"]) < 1000:
                    for drop in (True, False):
                        add(dataset, "rocCurve", dropIntermediate=drop, **p)
                        add(dataset, "precisionRecallCurve", dropIntermediate=drop, **p)
                        add(dataset, "detCurve", dropIntermediate=drop, **p)
                    add(dataset, "rocCurve", **w)
                add(dataset, "averagePrecisionScore", **p)
                add(dataset, "topKAccuracyScore", k=1, **w)
                add(dataset, "topKAccuracyScore", k=2, **w)
                if both:
                    add(dataset, "rocAucScore", **w)
                    for limit in (0.05, 0.3, 0.5, 1):
                        add(dataset, "rocAucScore", maxFpr=limit, **w)
                    if len(data["yTrue"]) < 1000:
                        add(dataset, "bestThreshold", **p)
                        add(dataset, "bestThreshold", criterion="fbeta", **p)
                        add(dataset, "bestThreshold", criterion="fbeta", beta=2, **p)
                        for least in (0.5, 0.9, 1):
                            add(dataset, "bestThreshold", criterion="sensitivity", minSensitivity=least, **p)
                if in_unit:
                    add(dataset, "brierScoreLoss", **p)
                    add(dataset, "brierScoreLoss", scaleByHalf=False, **p)
                    add(dataset, "brierScoreLoss", **w)
                    if both:
                        add(dataset, "logLoss", **w)
                        add(dataset, "logLoss", normalize=False, **w)
                        add(dataset, "expectedCalibrationError", **w)
                    if not weighted:
                        for bins in (5, 10, 3):
                            add(dataset, "calibrationCurve", nBins=bins, posLabel=data["positive"])
                            add(dataset, "calibrationCurve", nBins=bins, strategy="quantile", posLabel=data["positive"])
            else:
                labels = {"labels": data["classes"]}
                for chosen in ({}, labels):
                    o = {**chosen, **w}
                    add(dataset, "logLoss", **o)
                    add(dataset, "brierScoreLoss", **o)
                    add(dataset, "brierScoreLoss", scaleByHalf=True, **o)
                    for k in (1, 2, 3):
                        add(dataset, "topKAccuracyScore", k=k, **o)
                    if len(data["classes"]) > 2:
                        for average in ("macro", "weighted", "micro", "none"):
                            add(dataset, "rocAucScore", multiClass="ovr", average=average, **o)
                            add(dataset, "averagePrecisionScore", average=average, **o)
                        for average in ("macro", "weighted"):
                            add(dataset, "rocAucScore", multiClass="ovo", average=average, **o)
                add(dataset, "topKAccuracyScore", k=2, normalize=False, **labels, **w)
                for bins in (15, 4):
                    add(dataset, "expectedCalibrationError", nBins=bins, **labels, **w)
                    if not weighted:
                        add(dataset, "expectedCalibrationError", nBins=bins, strategy="quantile", **labels)
    return cases


# ---------------------------------------------------------------- uncertainty


def delong(truth, a, b):
    """DeLong et al. (1988) by comparing all pairs of a positive and a negative."""
    truth, a, b = np.array(truth), np.array(a, dtype=float), np.array(b, dtype=float)
    m, n = (truth == 1).sum(), (truth == 0).sum()
    kernels = []
    for scores in (a, b):
        difference = scores[truth == 1][:, None] - scores[truth == 0][None, :]
        kernels.append((difference > 0) + 0.5 * (difference == 0))
    aucs = [kernel.mean() for kernel in kernels]
    s10 = np.cov([kernel.mean(axis=1) for kernel in kernels])
    s01 = np.cov([kernel.mean(axis=0) for kernel in kernels])
    covariance = s10 / m + s01 / n
    contrast = np.array([1, -1])
    error = math.sqrt(contrast @ covariance @ contrast)
    difference = aucs[0] - aucs[1]
    z = difference / error
    reach = stats.norm.ppf(0.975) * error
    return {"aucA": aucs[0], "aucB": aucs[1], "difference": difference, "z": z, "pValue": 2 * stats.norm.sf(abs(z)),
            "standardErrors": {"aucA": math.sqrt(covariance[0, 0]), "aucB": math.sqrt(covariance[1, 1]), "difference": error},
            "lower": difference - reach, "upper": difference + reach}


def uncertainty(rng):
    golden = {"normal": [], "wilson": [], "mcnemar": [], "delong": [], "bootstrap": [], "permutation": []}
    for z in (-37, -20, -9, -8, -5.5, -4.01, -3.99, -3, -1.96, -1, -0.1, 0, 0.3, 1, 2.5, 4, 6, 8.2):
        golden["normal"].append({"z": z, "cdf": stats.norm.cdf(z)})
    golden["quantile"] = [{"p": p, "z": stats.norm.ppf(p)} for p in (1e-300, 1e-20, 1e-9, 1e-4, 0.0005, 0.005, 0.025, 0.1, 0.3, 0.5, 0.7, 0.95, 0.975, 0.9995, 1 - 1e-9)]
    for k, n in ((81, 263), (15, 148), (0, 20), (1, 29), (29, 29), (5, 10), (0, 1), (1, 1), (999, 1000), (123456, 1000000)):
        for confidence in (0.5, 0.9, 0.95, 0.99):
            for correction in (False, True):
                ends = stats.binomtest(k, n).proportion_ci(confidence, method="wilsoncc" if correction else "wilson")
                golden["wilson"].append({"k": k, "n": n, "confidence": confidence, "correction": correction, "lower": ends.low, "upper": ends.high})
    for b, c in ((0, 0), (1, 0), (0, 6), (5, 5), (3, 9), (10, 25), (86, 150), (121, 59), (400, 500), (3000, 3200), (2, 2000)):
        exact = min(1.0, stats.binomtest(b, b + c).pvalue) if b + c else 1.0
        row = {"onlyA": b, "onlyB": c, "exact": exact}
        for correction in (True, False):
            statistic = max(abs(b - c) - correction, 0) ** 2 / (b + c) if b + c else 0.0
            row["corrected" if correction else "plain"] = {"statistic": statistic, "pValue": stats.chi2.sf(statistic, 1)}
        golden["mcnemar"].append(row)
    for n, ties in ((10, False), (30, True), (80, False), (200, True)):
        truth = rng.permutation([1] * (n // 3) + [0] * (n - n // 3))
        a, b = truth + rng.normal(size=n), truth * 0.5 + rng.normal(size=n)
        b = b + 0.5 * a
        if ties:
            a, b = np.round(a), np.round(b)
        golden["delong"].append({"yTrue": plain(truth), "scoresA": plain(a), "scoresB": plain(b), "expected": plain(delong(truth, a, b))})
    for n, shape in ((12, 1.0), (40, 2.0), (25, 0.5)):
        x = np.round(rng.gamma(shape, size=n), 3)
        for method in ("percentile", "BCa"):
            for confidence in (0.95, 0.8):
                result = stats.bootstrap((x,), np.mean, n_resamples=400, method=method, confidence_level=confidence, rng=np.random.default_rng(7), vectorized=True)
                golden["bootstrap"].append({
                    "x": plain(x), "method": method.lower(), "confidence": confidence, "distribution": plain(np.sort(result.bootstrap_distribution)),
                    "lower": result.confidence_interval.low, "upper": result.confidence_interval.high,
                })
    for n in (5, 8, 12):
        truth, a, b = rng.integers(0, 2, n), rng.integers(0, 2, n), rng.integers(0, 2, n)
        a = np.where(rng.random(n) < 0.7, truth, a)
        for alternative in ("two-sided", "less", "greater"):
            statistic = lambda one, other: sk.accuracy_score(truth, one) - sk.accuracy_score(truth, other)
            result = stats.permutation_test((a, b), statistic, permutation_type="samples", vectorized=False, n_resamples=9999, alternative=alternative)
            golden["permutation"].append({"yTrue": plain(truth), "a": plain(a), "b": plain(b), "alternative": alternative,
                                          "difference": float(result.statistic), "pValue": float(result.pvalue)})
    return plain(golden)


def thin(cases, rng, budget):
    """Keeps cases up to a size in bytes: first one of each function on each data set, then a random choice of the others."""
    order = [cases[i] for i in rng.permutation(len(cases))]
    seen, first, rest = set(), [], []
    for case in order:
        key = (case["dataset"], case["fn"])
        (rest if key in seen else first).append(case)
        seen.add(key)
    kept, size = [], 0
    for case in first + rest:
        length = len(json.dumps(case, ensure_ascii=False).encode())
        if size + length <= budget:
            kept.append(case)
            size += length
    return sorted(kept, key=cases.index)


def summary(rng, names, n, positive=None):
    """The document of summarizeMetrics (and of graft metrics --json), without the intervals."""
    data = class_scores(rng, n, names)
    scores = np.array(data["yScore"])
    truth, guess = np.array(data["yTrue"]), np.array([names[i] for i in scores.argmax(axis=1)])
    expected = {
        "classNames": names,
        "confusionMatrix": sk.confusion_matrix(truth, guess, labels=names),
        "report": sk.classification_report(truth, guess, labels=names, output_dict=True),
        "accuracy": sk.accuracy_score(truth, guess),
        "balancedAccuracy": sk.balanced_accuracy_score(truth, guess),
        "cohenKappa": sk.cohen_kappa_score(truth, guess),
        "matthewsCorrcoef": sk.matthews_corrcoef(truth, guess),
        "hammingLoss": sk.hamming_loss(truth, guess),
        "jaccard": {"macro": sk.jaccard_score(truth, guess, average="macro"), "weighted": sk.jaccard_score(truth, guess, average="weighted"),
                    "perClass": sk.jaccard_score(truth, guess, average=None)},
        "logLoss": sk.log_loss(truth, scores),
        "brier": sk.brier_score_loss(truth, scores, labels=names),
        "expectedCalibrationError": expected_calibration_error(np.searchsorted(names, truth), scores, 15, "uniform", np.ones(n)),
    }
    if len(names) > 2:
        area = lambda how, average: sk.roc_auc_score(truth, scores, multi_class=how, average=average)
        expected["rocAuc"] = {"ovrMacro": area("ovr", "macro"), "ovrWeighted": area("ovr", "weighted"), "ovoMacro": area("ovo", "macro"),
                              "ovoWeighted": area("ovo", "weighted"), "perClass": area("ovr", None)}
        expected["averagePrecision"] = {"macro": sk.average_precision_score(truth, scores), "perClass": sk.average_precision_score(truth, scores, average=None)}
        expected["topK"] = {str(k): sk.top_k_accuracy_score(truth, scores, k=k) for k in range(1, len(names) + 1)}
    else:
        chosen = positive or names[1]
        column = scores[:, names.index(chosen)]
        lr = sk.class_likelihood_ratios(truth == chosen, guess == chosen)
        negative = [name for name in names if name != chosen][0]
        expected["topK"] = {"1": sk.accuracy_score(truth, guess), "2": 1}
        expected["binary"] = {
            "positive": chosen, "precision": sk.precision_score(truth, guess, pos_label=chosen), "recall": sk.recall_score(truth, guess, pos_label=chosen),
            "f1": sk.f1_score(truth, guess, pos_label=chosen), "specificity": sk.recall_score(truth, guess, pos_label=negative),
            "negativePredictiveValue": sk.precision_score(truth, guess, pos_label=negative),
            "jaccard": sk.jaccard_score(truth, guess, pos_label=chosen), "likelihoodRatios": {"positive": lr[0], "negative": lr[1]},
            "rocAuc": sk.roc_auc_score(truth == chosen, column), "averagePrecision": sk.average_precision_score(truth, column, pos_label=chosen),
            "brier": sk.brier_score_loss(truth, column, pos_label=chosen),
        }
    given = {"yTrue": truth.tolist(), "yPred": guess.tolist(), "scores": data["yScore"]}
    if positive:
        given["positive"] = positive
    return {"input": given, "expected": plain(expected)}


def number_formats(rng):
    """Python's own formatting, ties to even included."""
    values = [0, 1, 0.5, 1.5, 2.5, 0.125, 0.375, 0.25, 0.75, 2 / 3, 0.1, 0.05, 0.005, 0.015, 0.995, 0.9999999, 1e-5, 5e-324, 123456.789, 1e16, 1e22, 0.1 + 0.2]
    values += [float(v) for v in rng.random(40)] + [float(v) for v in 10.0 ** rng.uniform(-8, 20, 40)]
    fixed = [[value, digits, f"{value:.{digits}f}"] for value in values for digits in (0, 1, 2, 3, 17, 30)] + [[1 / 3, 150, f"{1 / 3:.150f}"]]
    return {"fixed": fixed, "repr": [[value, repr(float(value))] for value in values]}


def write(name, content):
    path = GOLDEN / f"metrics-{name}.json"
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size} bytes", file=sys.stderr)


def versions():
    import sklearn, scipy
    return {"scikit-learn": sklearn.__version__, "pandas": pd.__version__, "scipy": scipy.__version__, "numpy": np.__version__}


def write_goldens():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(20200401)
    datasets = label_datasets(rng)
    cases = label_cases(rng, datasets)
    texts = {"reportText", "reportDictionary", "confusionText"}
    used = lambda data, chosen: {name: data[name] for name in data if any(case["dataset"] == name for case in chosen)}
    chosen = thin([case for case in cases if case["fn"] not in texts], rng, 190_000)
    indicators, extra = indicator_cases(rng)
    write("labels", {"versions": versions(), "datasets": {**used(datasets, chosen), "indicators": indicators}, "cases": chosen + extra})
    chosen = thin([case for case in cases if case["fn"] in texts], rng, 210_000)
    write("texts", {"versions": versions(), "datasets": used(datasets, chosen), "cases": chosen})
    datasets = score_datasets(rng)
    chosen = thin(score_cases(datasets), rng, 170_000)
    write("scores", {"versions": versions(), "datasets": used(datasets, chosen), "cases": chosen})
    summaries = [summary(rng, ["covid", "normal", "pneumonia"], 50), summary(rng, ["no", "yes"], 40), summary(rng, ["no", "yes"], 40, "no")]
    write("summary", {"versions": versions(), "cases": summaries})
    write("numbers", {"versions": versions(), **number_formats(rng)})
    write("uncertainty", {"versions": versions(), **uncertainty(rng)})


def write_random(count):
    rng = np.random.default_rng()
    datasets = {}
    for i in range(count):
        k = int(rng.integers(1, 8))
        names = [[f"n{j}" for j in range(k)], list(range(k)), list(range(-2, k - 2))][int(rng.integers(0, 3))]
        datasets[str(i)] = label_data(rng, int(rng.integers(1, 50)), names, agreement=float(rng.random()), weights=["none", "float", "tenths", "whole"][int(rng.integers(0, 4))])
    scored = {}
    for i in range(count):
        n = int(rng.integers(2, 80))
        if i % 2:
            scored[str(i)] = binary_scores(rng, n, kind=["plain", "ties", "logits", "certain", "zeros"][int(rng.integers(0, 5))])
        else:
            names = [f"n{j}" for j in range(int(rng.integers(2, 6)))]
            scored[str(i)] = class_scores(rng, n + len(names), names, kind=["plain", "ties", "certain"][int(rng.integers(0, 3))])
    json.dump([{"datasets": datasets, "cases": label_cases(rng, datasets)}, {"datasets": scored, "cases": score_cases(scored)}], sys.stdout)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--random":
        write_random(int(sys.argv[2]))
    else:
        write_goldens()
