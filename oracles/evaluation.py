"""Writes what evaluation and comparison of models should find: by SciPy, scikit-learn, statsmodels and cleanlab.

    python oracles/evaluation.py             writes packages/metrics/test/golden/metrics-comparison.json
                                             and packages/core/test/golden/evaluation.json
    python oracles/evaluation.py --random N  writes N fresh random data sets to stdout, for differential testing:
                                             EVALUATION_CASES=file npx vitest run packages/core/src/evaluation

Versions are pinned in requirements-evaluation.txt.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
from cleanlab.count import compute_confident_joint, get_confident_thresholds
from cleanlab.filter import find_label_issues
from scipy import optimize, stats
from scipy.special import log_softmax, softmax
from sklearn import metrics as sk
from statsmodels.stats.contingency_tables import mcnemar

from plain_json import plain_or_null

PACKAGES = Path(__file__).resolve().parent.parent / "packages"
warnings.filterwarnings("ignore")


# ---------------------------------------------------------------- two models


def mcnemar_case(both, only_a, only_b, neither):
    table = [[both, only_a], [only_b, neither]]
    found = {"both": both, "onlyA": only_a, "onlyB": only_b, "neither": neither}
    for name, options in {
        "exact": {"exact": True},
        "corrected": {"exact": False, "correction": True},
        "plain": {"exact": False, "correction": False},
    }.items():
        result = mcnemar(table, **options)
        found[name] = {"statistic": float(result.statistic), "pValue": float(result.pvalue)}
    return found


def delong_parts(positive, scores):
    """DeLong, DeLong & Clarke-Pearson (1988), equations 4 and 5, by all pairs."""
    x, y = scores[positive], scores[~positive]
    kernel = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
    return kernel.mean(), kernel.mean(axis=1), kernel.mean(axis=0)


def one_class_influence(positive, scores):
    """What each sample adds to the area's error: the sum of squares is DeLong's variance S10 / m + S01 / n."""
    area, v10, v01 = delong_parts(positive, scores)
    influence = np.zeros(len(positive))
    m, n = positive.sum(), (~positive).sum()
    influence[positive] = (v10 - area) / np.sqrt(m * (m - 1))
    influence[~positive] = (v01 - area) / np.sqrt(n * (n - 1))
    variance = np.var(v10, ddof=1) / m + np.var(v01, ddof=1) / n
    assert np.isclose((influence**2).sum(), variance)
    assert np.isclose(area, sk.roc_auc_score(positive, scores))
    return area, influence


def macro_influence(truth, scores):
    each = [one_class_influence(truth == k, scores[:, k]) for k in range(scores.shape[1])]
    return np.mean([area for area, _ in each]), np.mean([influence for _, influence in each], axis=0)


def delong_case(truth, scores_a, scores_b, confidence):
    if scores_a.ndim == 1:
        (auc_a, in_a), (auc_b, in_b) = (one_class_influence(truth == 1, scores) for scores in (scores_a, scores_b))
    else:
        (auc_a, in_a), (auc_b, in_b) = (macro_influence(truth, scores) for scores in (scores_a, scores_b))
    error = lambda influence: np.sqrt((influence**2).sum())
    z = stats.norm.ppf((1 + confidence) / 2)
    difference, se = auc_a - auc_b, error(in_a - in_b)
    return {
        "yTrue": truth, "scoresA": scores_a, "scoresB": scores_b, "confidence": confidence,
        "interval": {"estimate": auc_a, "lower": max(0, auc_a - z * error(in_a)), "upper": min(1, auc_a + z * error(in_a)),
                     "standardError": error(in_a)},
        "test": {"aucA": auc_a, "aucB": auc_b, "difference": difference,
                 "standardErrors": {"aucA": error(in_a), "aucB": error(in_b), "difference": se},
                 "z": difference / se, "pValue": 2 * stats.norm.sf(abs(difference / se)),
                 "lower": difference - z * se, "upper": difference + z * se},
    }


def bootstrap_case(rng, method, groups):
    """SciPy's interval of accuracy and of the difference of two accuracies; its units are samples, or groups of them."""
    n = 80
    right_a = (rng.random(n) < 0.85).astype(float)
    right_b = np.where(rng.random(n) < 0.7, right_a, (rng.random(n) < 0.7).astype(float))
    group = np.sort(rng.integers(0, 20, n)) if groups else np.arange(n)
    members = [np.flatnonzero(group == g) for g in np.unique(group)]

    def accuracy(units, axis=-1):
        return np.apply_along_axis(lambda us: right_a[np.concatenate([members[int(u)] for u in us])].mean(), axis, units)

    def difference(units, axis=-1):
        pick = lambda us: np.concatenate([members[int(u)] for u in us])
        return np.apply_along_axis(lambda us: (right_a[pick(us)] - right_b[pick(us)]).mean(), axis, units)

    found = {}
    for name, statistic in {"accuracy": accuracy, "difference": difference}.items():
        result = stats.bootstrap((np.arange(len(members)),), statistic, n_resamples=20000, method=method, rng=rng, vectorized=True)
        found[name] = {"lower": result.confidence_interval.low, "upper": result.confidence_interval.high,
                       "standardError": result.standard_error}
    return {"method": method.lower(), "groups": group if groups else None, "rightA": right_a.astype(int),
            "rightB": right_b.astype(int), "expected": found}


def threshold_cases(rng):
    """The best threshold by trying every point of scikit-learn's ROC curve; of equally good ones the highest."""
    cases = []
    for n in (12, 40, 90):
        truth = (rng.random(n) < 0.4).astype(int)
        truth[:2] = [0, 1]
        scores = np.round(1 / (1 + np.exp(-(truth * 1.5 - 1 + rng.normal(size=n)))), 2)
        for least in (0.5, 0.8, 0.95):
            for criterion in ("sensitivity", "specificity"):
                fpr, tpr, thresholds = sk.roc_curve(truth, scores, drop_intermediate=False)
                kept = (tpr if criterion == "sensitivity" else 1 - fpr)[1:] >= least
                if not kept.any():
                    continue
                value = np.where(kept, (1 - fpr if criterion == "sensitivity" else tpr)[1:], -1)
                best = int(np.argmax(np.round(value, 12)))
                cases.append({"yTrue": truth, "yScore": scores, "criterion": criterion, "least": least,
                              "expected": {"threshold": thresholds[1:][best], "sensitivity": tpr[1:][best],
                                           "specificity": 1 - fpr[1:][best]}})
    return cases


def comparison_golden():
    rng = np.random.default_rng(9)
    tables = [(50, 10, 4, 3), (30, 0, 0, 2), (10, 6, 5, 1), (100, 25, 9, 10), (3, 0, 7, 0), (500, 150, 86, 40)]
    delong = []
    for n, kind in ((40, "two"), (60, "ties"), (50, "three"), (90, "four")):
        classes = {"two": 2, "ties": 2, "three": 3, "four": 4}[kind]
        truth = rng.permutation(np.arange(n) % classes)
        logits = [rng.normal(size=(n, classes)) + 1.2 * np.eye(classes)[truth] for _ in range(2)]
        logits[1] = 0.6 * logits[0] + 0.6 * logits[1]
        scores = [np.round(softmax(l, axis=1), 6) for l in logits]
        if classes == 2:
            scores = [np.round(s[:, 1], 1 if kind == "ties" else 6) for s in scores]
        delong.append(delong_case(truth, *scores, 0.9 if kind == "three" else 0.95))
    return {
        "mcnemar": [mcnemar_case(*table) for table in tables],
        "delong": delong,
        "bootstrap": [bootstrap_case(rng, method, groups) for method in ("percentile", "BCa") for groups in (False, True)],
        "thresholds": threshold_cases(rng),
    }


# ---------------------------------------------------------------- one model


def expected_calibration_error(probabilities, truth, bins=15):
    """Guo et al. (2017), equation 3; bins hold their upper edges, as in the authors' own code."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    error = 0
    for lower, upper in zip(np.linspace(0, 1, bins + 1)[:-1], np.linspace(0, 1, bins + 1)[1:]):
        inside = (confidence > lower) & (confidence <= upper)
        if inside.any():
            error += abs(right[inside].mean() - confidence[inside].mean()) * inside.mean()
    return error


def temperature_scaling(probabilities, truth):
    logits = np.log(probabilities)
    loss = lambda log_t: -log_softmax(logits / np.exp(log_t), axis=1)[np.arange(len(truth)), truth].mean()
    best = optimize.minimize_scalar(loss, bounds=(-6, 6), method="bounded", options={"xatol": 1e-10})
    scaled = softmax(logits / np.exp(best.x), axis=1)
    return {
        "temperature": np.exp(best.x),
        "before": {"loss": loss(0.0), "expectedCalibrationError": expected_calibration_error(probabilities, truth)},
        "after": {"loss": best.fun, "expectedCalibrationError": expected_calibration_error(scaled, truth)},
    }


def weighted_figures(truth, guess, probabilities, weights):
    """All figures with sample weights, as a resample has them; classes without weight are left out of means over classes."""
    kept = weights > 0
    truth, guess, probabilities, weights = truth[kept], guess[kept], probabilities[kept], weights[kept]
    classes = range(probabilities.shape[1])
    per_class = []
    for k in classes:
        own, called, score = truth == k, guess == k, probabilities[:, k]
        both = own.any() and (~own).any()
        rate = lambda hit, of: weights[hit & of].sum() / weights[of].sum() if of.any() else np.nan
        union = 2 * weights[own & called].sum() + weights[own ^ called].sum()
        per_class.append({
            "sensitivity": rate(called, own), "specificity": rate(~called, ~own), "precision": rate(own, called),
            "f1": 2 * weights[own & called].sum() / union if union else np.nan,
            "rocAuc": sk.roc_auc_score(own, score, sample_weight=weights) if both else np.nan,
            "averagePrecision": sk.average_precision_score(own, score, sample_weight=weights) if own.any() else np.nan,
        })
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    bins = np.searchsorted(np.linspace(0, 1, 16)[1:-1], confidence)
    gaps = [abs((weights * (right - confidence))[bins == b].sum()) for b in range(15)]
    column = lambda name: np.array([figures[name] for figures in per_class])
    return {
        "overall": {
            "accuracy": sk.accuracy_score(truth, guess, sample_weight=weights),
            "balancedAccuracy": np.nanmean(column("sensitivity")),
            "macroF1": np.nanmean(column("f1")),
            "rocAuc": np.mean(column("rocAuc")),
            "averagePrecision": np.mean(column("averagePrecision")),
            "loss": sk.log_loss(truth, probabilities, labels=list(classes), sample_weight=weights),
            "expectedCalibrationError": sum(gaps) / weights.sum(),
        },
        "perClass": per_class,
    }


def confident_learning(probabilities, truth):
    joint, off_diagonals = compute_confident_joint(truth, probabilities, calibrate=False, return_indices_of_off_diagonals=True)
    issues = find_label_issues(truth, probabilities, filter_by="confident_learning", n_jobs=1)
    ranked = find_label_issues(truth, probabilities, filter_by="confident_learning", return_indices_ranked_by="self_confidence", n_jobs=1)
    thresholds = get_confident_thresholds(truth, probabilities)
    return {"thresholds": [None if t == 2 else t for t in thresholds], "offDiagonals": off_diagonals,
            "issues": np.flatnonzero(issues), "ranked": ranked}


def one_data_set(rng, *, ties=False):
    classes, n = int(rng.integers(2, 6)), int(rng.integers(20, 90))
    truth = rng.permutation(np.arange(n) % classes)
    logits = rng.normal(size=(n, classes)) + rng.uniform(0.5, 2) * np.eye(classes)[truth]
    logits *= rng.uniform(0.3, 4)
    probabilities = softmax(logits, axis=1)
    if ties:
        probabilities = np.round(probabilities, 1)
        probabilities[probabilities.sum(axis=1) == 0, 0] = 1
    probabilities = np.clip(np.round(probabilities, 5), 1e-5, None)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    noisy = np.where(rng.random(n) < 0.15, rng.integers(0, classes, n), truth)
    noisy[:classes] = np.arange(classes)
    guess = probabilities.argmax(axis=1)
    weights = rng.multinomial(n, np.full(n, 1 / n)).astype(float)
    return {
        "truth": noisy, "scores": probabilities, "weights": weights,
        "temperature": temperature_scaling(probabilities, noisy),
        "figures": weighted_figures(noisy, guess, probabilities, np.ones(n)),
        "weighted": weighted_figures(noisy, guess, probabilities, weights),
        "confidentLearning": confident_learning(probabilities, noisy),
    }


def evaluation_golden():
    rng = np.random.default_rng(10)
    return {"cases": [one_data_set(rng, ties=i % 3 == 2) for i in range(8)]}


def main():
    if sys.argv[1:2] == ["--random"]:
        rng = np.random.default_rng()
        print(json.dumps({"cases": [plain_or_null(one_data_set(rng, ties=i % 3 == 2)) for i in range(int(sys.argv[2]))]}))
        return
    for path, golden in (
        (PACKAGES / "metrics/test/golden/metrics-comparison.json", comparison_golden()),
        (PACKAGES / "core/test/golden/evaluation.json", evaluation_golden()),
    ):
        path.write_text(json.dumps(plain_or_null(golden), allow_nan=False, separators=(",", ":")) + "\n")
        print(path.relative_to(PACKAGES), path.stat().st_size)


main()
