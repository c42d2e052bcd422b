"""Goldens of random draws, splits and folds: numpy, CPython, mmh3 and scikit-learn.

Writes packages/core/test/golden/random.json, splits.json and folds.json. Run from anywhere:
    python oracles/splits.py
"""

import json
import random
import warnings
import zlib
from pathlib import Path

import mmh3
import numpy as np
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    LeaveOneGroupOut,
    RepeatedStratifiedKFold,
    StratifiedGroupKFold,
    StratifiedKFold,
    train_test_split,
)
from sklearn.utils.class_weight import compute_class_weight, compute_sample_weight

GOLDEN = Path(__file__).resolve().parent.parent / "packages" / "core" / "test" / "golden"


def write(name, value):
    GOLDEN.mkdir(parents=True, exist_ok=True)
    (GOLDEN / name).write_text(json.dumps(value, separators=(",", ":"), ensure_ascii=True) + "\n")


def checksum(indices):
    return zlib.crc32(",".join(str(int(i)) for i in indices).encode())


def murmur(text):
    data = text.encode("utf-16-le", "surrogatepass")
    value = mmh3.hash128(data, 0, x64arch=False, signed=False)
    # mmh3 gives h1 in the lowest word.
    return [(value >> (32 * word)) & 0xFFFFFFFF for word in range(4)]


def numpy_draws(seed):
    state = np.random.RandomState(seed)
    return {
        "seed": seed,
        "words": np.random.RandomState(seed)._bit_generator.random_raw(700).tolist()[-5:],
        "permutation": state.permutation(20).tolist(),
        "choice": state.choice(np.arange(10, 20), size=4, replace=False).tolist(),
        "crc": checksum(state.permutation(2000)),
    }


def python_shuffle(seed, count):
    items = list(range(count))
    random.seed(seed)
    random.shuffle(items)
    return {"seed": seed, "count": count, "crc": checksum(items), "first": items[:10]}


# Lengths around the hash's 16-byte block, and code units of every kind.
TEXTS = ["", *["abcdefghijklmnopq"[:n] for n in range(1, 18)], "Lunge – 肺 – 🫁", "x" * 1000]

CLASS_COUNTS = {
    "305": [101, 102, 102],
    "306": [102, 102, 102],
    "two": [10, 10],
    "unbalanced": [3, 40, 7, 151],
    "small": [2, 2, 2],
    "ties": [5, 5, 5, 5, 5, 5, 5],
    "many": [4 + i % 9 for i in range(60)],
}


def labels_of(counts):
    """Classes in an order that is neither sorted nor grouped, the same in the test that reads it."""
    total = sum(counts)
    flat = [label for label, count in enumerate(counts) for _ in range(count)]
    step = next(s for s in range(7, 1000, 2) if np.gcd(s, total) == 1)
    return [flat[(i * step) % total] for i in range(total)]


def split(count, labels, **options):
    try:
        return train_test_split(np.arange(count), stratify=labels, **options)
    except ValueError:
        return None


def cases():
    for name, counts in CLASS_COUNTS.items():
        labels = labels_of(counts)
        for sizes in ({"test_size": 0.2}, {"test_size": 0.25}, {"test_size": 0.5}, {"test_size": 0.3, "train_size": 0.4}):
            for stratified in (True, False):
                crcs = []
                for seed in range(100):
                    parts = split(sum(counts), labels if stratified else None, random_state=seed, **sizes)
                    crcs.append(None if parts is None else [checksum(parts[0]), checksum(parts[1])])
                if all(crc is None for crc in crcs):
                    crcs = None
                yield {"counts": name, "stratified": stratified, "crcs": crcs, **sizes}


def three_way(counts, test_size, validation_size):
    labels = np.array(labels_of(counts))
    total = len(labels)
    crcs = []
    for seed in range(20):
        rest, test = train_test_split(np.arange(total), test_size=test_size, stratify=labels, random_state=seed)
        validation_count = int(np.ceil(validation_size * total))
        train, validation = train_test_split(rest, test_size=validation_count, stratify=labels[rest], random_state=seed)
        crcs.append([checksum(train), checksum(validation), checksum(test)])
    return {"counts": counts, "test_size": test_size, "validation_size": validation_size, "crcs": crcs}


def full(counts, seed):
    labels = labels_of(counts)
    train, test = train_test_split(np.arange(len(labels)), test_size=0.2, stratify=labels, random_state=seed)
    return {"counts": counts, "seed": seed, "train": train.tolist(), "test": test.tolist()}


def groups_of(total, group_count, kind):
    """Groups scattered over the samples, the same in the test that reads it; sizes even or skewed, names or numbers."""
    groups = []
    for i in range(total):
        u = ((i * 2654435761 + 12345) % 2**32) / 2**32
        groups.append(int(np.floor((u * u if "skewed" in kind else u) * group_count)))
    return [f"p{group}" for group in groups] if "named" in kind else groups


# Class counts, number of groups and their kind.
GROUPED = [
    ("305", 68, "even"),
    ("305", 120, "skewed named"),
    ("unbalanced", 40, "skewed"),
    ("unbalanced", 150, "even named"),
    ("many", 90, "skewed"),
    ("one", 37, "skewed"),
    ("12classes", 200, "even"),
]
FOLD_COUNTS = {**CLASS_COUNTS, "one": [97], "12classes": [11 + 3 * i for i in range(12)]}


def fold_checksum(splitter, labels, groups):
    folds = list(splitter.split(np.zeros(len(labels)), labels, groups))
    return checksum(np.concatenate([side for fold in folds for side in fold]))


def fold_case(name, make, counts, options, grouped=None):
    labels = np.array(labels_of(FOLD_COUNTS[counts]))
    groups = None if grouped is None else np.array(groups_of(len(labels), *grouped))
    group_facts = {} if grouped is None else {"groupCount": grouped[0], "kind": grouped[1]}
    try:
        plain = None if make(None) is None else fold_checksum(make(None), labels, groups)
        crcs = [fold_checksum(make(seed), labels, groups) for seed in range(100)]
    except ValueError:
        plain, crcs = None, None
    return {"splitter": name, "counts": counts, **group_facts, **options, "plain": plain, "crcs": crcs}


def shuffled(cls, n_splits):
    """Without a seed: not shuffled."""
    return lambda seed: cls(n_splits=n_splits, shuffle=seed is not None, random_state=seed)


def fold_cases():
    for counts in ("305", "two", "unbalanced", "many"):
        for n in (2, 5, 10):
            yield fold_case("kFold", shuffled(KFold, n), counts, {"nSplits": n})
            yield fold_case("stratifiedKFold", shuffled(StratifiedKFold, n), counts, {"nSplits": n})
    for counts, n, repeats in (("305", 5, 4), ("unbalanced", 3, 3)):
        make = lambda seed: None if seed is None else RepeatedStratifiedKFold(n_splits=n, n_repeats=repeats, random_state=seed)
        yield fold_case("repeatedStratifiedKFold", make, counts, {"nSplits": n, "nRepeats": repeats})
    for counts, group_count, kind in GROUPED:
        grouped = (group_count, kind)
        for n in (3, 5, 10):
            yield fold_case("groupKFold", shuffled(GroupKFold, n), counts, {"nSplits": n}, grouped)
            yield fold_case("stratifiedGroupKFold", shuffled(StratifiedGroupKFold, n), counts, {"nSplits": n}, grouped)
        for size in (0.2, 0.35):
            make = lambda seed: None if seed is None else GroupShuffleSplit(n_splits=3, test_size=size, random_state=seed)
            yield fold_case("groupShuffleSplit", make, counts, {"nSplits": 3, "testSize": size}, grouped)
        one_out = fold_case("leaveOneGroupOut", lambda seed: LeaveOneGroupOut(), counts, {}, grouped)
        yield {**one_out, "crcs": None}


def class_weights(counts):
    labels = np.array(labels_of(counts))
    values = np.unique(labels)
    return {
        "counts": counts,
        "balanced": compute_class_weight("balanced", classes=values, y=labels).tolist(),
        "sampleChecksum": float(np.sum(compute_sample_weight("balanced", labels) * np.arange(len(labels)))),
        "given": compute_sample_weight({0: 0.5, 2: 3.0}, labels)[:20].tolist(),
    }


warnings.filterwarnings("ignore", category=UserWarning)
write(
    "random.json",
    {
        "murmur": [{"text": text, "words": murmur(text)} for text in TEXTS],
        "numpy": [numpy_draws(seed) for seed in (0, 1, 42, 123456789, 2**32 - 1)],
        "python": [
            python_shuffle(seed, count)
            for seed in (0, 1, 42, 2**32 - 1, 2**32 + 5, 2**53 - 1, -42)
            for count in (1, 2, 10, 1000)
        ],
    },
)
write(
    "splits.json",
    {
        "classCounts": CLASS_COUNTS,
        "labels": {name: checksum(labels_of(counts)) for name, counts in CLASS_COUNTS.items()},
        "cases": list(cases()),
        "threeWay": [three_way([101, 102, 102], 0.2, 0.1), three_way([3, 40, 7, 151], 0.3, 0.25)],
        "full": [full([101, 102, 102], 42), full([7, 5, 9], 0)],
        "unstratified": {"train": train_test_split(np.arange(5), test_size=2, random_state=42)[0].tolist()},
    },
)
write(
    "folds.json",
    {
        "classCounts": FOLD_COUNTS,
        "cases": list(fold_cases()),
        "classWeights": [class_weights(FOLD_COUNTS[name]) for name in ("305", "unbalanced", "many", "one")],
    },
)
