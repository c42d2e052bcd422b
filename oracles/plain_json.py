"""Results of NumPy, pandas and scikit-learn as what the json module writes."""

import math

import numpy as np


def plain(value, spell=lambda number: "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"):
    """Turns a result into JSON; `spell` says what becomes of NaN and infinities, strings by default."""
    if isinstance(value, dict):
        return {str(key): plain(entry, spell) for key, entry in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(entry, spell) for entry in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (np.integer, int)):
        return int(value)
    if isinstance(value, (np.floating, float)):
        value = float(value)
        return value if math.isfinite(value) else spell(value)
    return value


def plain_or_null(value):
    """As `plain`, with null for NaN and infinities."""
    return plain(value, lambda number: None)
