"""Goldens of the audit: probes as scikit-learn, Pillow, NumPy and SciPy compute them.

Writes packages/core/test/golden/audit.json. Run from anywhere:
    python oracles/audit.py
With the folder of a data set (a folder for each class) it also writes the figures that probes reach there to
packages/node-adapter/test/golden/audit-real.json (numbers only):
    python oracles/audit.py ../shared/data/covid-0402
"""

import base64
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.stats import chi2_contingency
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedGroupKFold

PACKAGES = Path(__file__).resolve().parent.parent / "packages"
GREY_STEPS, COLOR_STEPS, SIZE = 32, 16, 32


def packed(values):
    return base64.b64encode(np.asarray(values, dtype=np.uint8).tobytes()).decode()


# ---- what an image is turned into


def describe(rgb):
    """The grey picture of 32x32, and the histogram, of an RGB image of 64x64."""
    grey = np.floor(rgb.astype(np.float64) @ np.array([0.299, 0.587, 0.114]) + 0.5).astype(np.uint8)
    small = np.asarray(Image.fromarray(grey).resize((SIZE, SIZE), Image.Resampling.BILINEAR))
    counts = [np.histogram(grey, bins=GREY_STEPS, range=(0, 256))[0]]
    counts += [np.histogram(rgb[..., k], bins=COLOR_STEPS, range=(0, 256))[0] for k in range(3)]
    return small, np.concatenate(counts)


def thumbnail(small, size):
    side = SIZE // size
    return small.reshape(size, side, size, side).mean(axis=(1, 3)).ravel() / 255


def border(small, hidden=0.7):
    begin = round(SIZE * (1 - hidden) / 2)
    seen = np.ones((SIZE, SIZE), dtype=bool)
    seen[begin : SIZE - begin, begin : SIZE - begin] = False
    return small[seen] / 255


def histogram(counts):
    return np.sqrt(counts / (2 * SIZE) ** 2)


def image_cases(random):
    for kind in range(3):
        y, x = np.mgrid[0:64, 0:64] / 64
        base = 127 + 90 * np.sin(3 * x + kind) * np.cos((kind + 2) * y)
        rgb = base[..., None] + random.normal(0, 20 * kind, (64, 64, 3))
        if kind == 1:
            rgb = np.repeat(rgb[..., :1], 3, axis=2)
        rgb = np.clip(np.round(rgb), 0, 255).astype(np.uint8)
        small, counts = describe(rgb)
        yield {
            "image": packed(rgb),
            "grey": packed(small),
            "histogram": counts.tolist(),
            "thumbnail8": np.round(thumbnail(small, 8), 7).tolist(),
            "border": np.round(border(small), 7).tolist(),
        }


# ---- cross-validated logistic regression


def folds_of(labels, groups, splits, repeats, seed):
    if groups is None:
        return list(RepeatedStratifiedKFold(n_splits=splits, n_repeats=repeats, random_state=seed).split(labels, labels))
    return [
        fold
        for repeat in range(repeats)
        for fold in StratifiedGroupKFold(n_splits=splits, shuffle=True, random_state=seed + repeat).split(
            labels, labels, groups
        )
    ]


def cross_validate(features, labels, folds, c, repeats, balanced=False):
    """The share of repeats in which each row was taken for each class."""
    votes = np.zeros((len(labels), labels.max() + 1))
    for train, test in folds:
        x = features[train]
        spread = np.sqrt(x.var(axis=0).mean())
        model = LogisticRegression(C=c, class_weight="balanced" if balanced else None, tol=1e-8, max_iter=20_000)
        model.fit(x / spread, labels[train])
        votes[test, model.predict(features[test] / spread)] += 1 / repeats
    return votes


def figures(votes, labels, balanced=False):
    classes = range(votes.shape[1])
    recalls = np.array([votes[labels == k, k].mean() for k in classes])
    alarms = np.array([votes[labels != k, k].mean() for k in classes])
    right = votes[np.arange(len(labels)), labels].mean()
    return {
        "accuracy": float(recalls.mean() if balanced else right),
        "recalls": recalls.tolist(),
        "falseAlarms": alarms.tolist(),
    }


def row_cases(random):
    settings = [
        # rows, columns, classes, groups, balanced, c, separation
        (90, 12, 3, None, False, 0.1, 0.5),
        (60, 150, 2, None, False, 0.1, 0.3),
        (120, 20, 3, 30, False, 1, 0.6),
        (100, 8, 2, None, True, 1, 0.6),
    ]
    for rows, columns, classes, group_count, balanced, c, separation in settings:
        shares = [0.8, 0.2] if balanced else [1 / classes] * classes
        groups = None if group_count is None else np.arange(rows) % group_count
        if groups is None:
            labels = np.repeat(np.arange(classes), [round(rows * share) for share in shares])
        else:
            labels = groups % classes
        centres = random.normal(0, separation, (classes, columns))
        values = centres[labels] + random.normal(0, 1, (rows, columns))
        data = np.clip(np.round(128 + 25 * values), 0, 255).astype(np.uint8)
        seed, splits, repeats = 7, 5, 2
        folds = folds_of(labels, groups, splits, repeats, seed)
        votes = cross_validate(data / 255, labels, folds, c, repeats, balanced)
        yield {
            "rows": rows,
            "columns": columns,
            "data": packed(data),
            "labels": labels.tolist(),
            "groups": None if groups is None else groups.tolist(),
            "c": c,
            "seed": seed,
            "splits": splits,
            "repeats": repeats,
            "metric": "balancedAccuracy" if balanced else "accuracy",
            **figures(votes, labels, balanced),
        }


# ---- how strongly categories go together


def cramers_v(counts):
    table = np.asarray(counts, dtype=float)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    rows, columns = table.shape
    total = table.sum()
    phi = max(0, chi2_contingency(table, correction=False).statistic / total - (rows - 1) * (columns - 1) / (total - 1))
    corrected = min(rows - (rows - 1) ** 2 / (total - 1), columns - (columns - 1) ** 2 / (total - 1))
    return float(min(1, np.sqrt(phi / (corrected - 1))))


def tables(random):
    yield [[101, 0, 0], [0, 102, 102]]
    yield [[10, 0, 0], [0, 12, 0], [0, 0, 9]]
    yield [[5, 5, 0], [7, 3, 0]]
    for rows, columns in ((2, 2), (4, 3), (12, 2)):
        yield random.integers(0, 30, (rows, columns)).tolist()


def real_figures(folder):
    classes = sorted(path.name for path in folder.iterdir() if path.is_dir())
    pictures, labels = [], []
    for code, name in enumerate(classes):
        for path in sorted((folder / name).iterdir(), key=lambda path: path.name):
            image = Image.open(path).convert("RGB").resize((2 * SIZE, 2 * SIZE), Image.Resampling.BILINEAR)
            pictures.append(describe(np.asarray(image)))
            labels.append(code)
    labels = np.array(labels)
    seed, splits, repeats = 42, 5, 4
    folds = folds_of(labels, None, splits, repeats, seed)
    features = {
        "histogram": [histogram(counts) for _, counts in pictures],
        "thumbnail8": [thumbnail(small, 8) for small, _ in pictures],
        "thumbnail16": [thumbnail(small, 16) for small, _ in pictures],
        "border": [border(small) for small, _ in pictures],
    }
    found = {
        name: figures(cross_validate(np.array(rows), labels, folds, 0.1, repeats), labels)["accuracy"]
        for name, rows in features.items()
    }
    return {"seed": seed, "splits": splits, "repeats": repeats, "images": len(labels), "accuracy": found}


def write(path, document):
    path.write_text(json.dumps(document, indent=1) + "\n")
    print(f"wrote {path}")


def main():
    random = np.random.default_rng(11)
    golden = {
        "images": list(image_cases(random)),
        "rows": list(row_cases(random)),
        "tables": [{"counts": counts, "strength": cramers_v(counts)} for counts in tables(random)],
    }
    write(PACKAGES / "core" / "test" / "golden" / "audit.json", golden)
    if len(sys.argv) > 1:
        write(PACKAGES / "node-adapter" / "test" / "golden" / "audit-real.json", real_figures(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
