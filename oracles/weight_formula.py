"""Weights and pixels by formula, bit for bit those of packages/core/src/weights/weight-formula.ts and seeded-weights.ts.

Run alone, it writes the golden for them: `python oracles/weight_formula.py`.
"""

import hashlib
import json
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
CORE_GOLDEN = ROOT / 'packages/core/test/golden'

U32 = np.uint32
INITIAL = {
    'bias': 0,
    'beta': 0,
    'moving_mean': 0,
    'gamma': 1,
    'moving_variance': 1,
    'mean': 0,
    'variance': 1,
    'count': 0,
    'layer_scale': 1e-6,
}


def _mix_bytes(data: bytes, basis: int) -> np.uint32:
    x = U32(basis)
    for byte in data:
        x = (x ^ U32(byte)) * U32(0x01000193)
    x = (x ^ (x >> U32(16))) * U32(0x7FEB352D)
    x = (x ^ (x >> U32(15))) * U32(0x846CA68B)
    return x ^ (x >> U32(16))


def position_hash(seed: int, layer: str, index: int, count: int) -> np.ndarray:
    """uint32 for each position 0 … count − 1."""
    with np.errstate(over='ignore'):
        key = f'{seed}/{layer}/{index}'.encode()
        first, second = _mix_bytes(key, 0x811C9DC5), _mix_bytes(key, 0x9747B28C)
        x = np.arange(count, dtype=U32) * U32(0x9E3779B9) + first
        x = (x ^ (x >> U32(16))) * U32(0x7FEB352D)
        x = (x ^ (x >> U32(15))) + second
        x = x * U32(0x846CA68B)
        return x ^ (x >> U32(16))


def uniform(key: tuple[int, str, int], shape: tuple[int, ...], offset: float, spread: float) -> np.ndarray:
    """float32 `offset + spread · u`, u in (−1, 1): float64 arithmetic, rounded once."""
    hashes = position_hash(*key, int(np.prod(shape, dtype=np.int64)))
    u = ((hashes >> U32(8)).astype(np.float64) + 0.5 - 0x800000) / 0x800000
    return (offset + u * spread).astype(np.float32).reshape(shape)


def fan_in(name: str, shape: tuple[int, ...]) -> int:
    return int(np.prod(shape[: -2 if name == 'depthwise_kernel' else -1], dtype=np.int64))


def seeded_tensor(seed: int, layer: str, index: int, name: str, shape: tuple[int, ...], draw: str) -> np.ndarray:
    if len(shape) > 1:
        return uniform((seed, layer, index), shape, 0.0, float(np.sqrt(6 / fan_in(name, shape))))
    initial = INITIAL[name]
    # A scalar is a counter, which nothing computes with.
    if draw == 'initial' or not shape:
        return np.full(shape, initial, np.float32)
    return uniform((seed, layer, index), shape, float(initial), 0.5 if initial else 0.25)


def seeded_layer(seed: int, layer: str, weights: list[tuple[str, tuple[int, ...]]], draw: str) -> list[np.ndarray]:
    return [seeded_tensor(seed, layer, i, name, tuple(shape), draw) for i, (name, shape) in enumerate(weights)]


def weights_digest(layers: dict[str, list[np.ndarray]]) -> str:
    """As packages/core/src/weights/weights-digest.ts."""
    text = ''.join(
        f'{layer}\t{i}\t{"x".join(map(str, w.shape))}\t{hashlib.sha256(w.astype("<f4").tobytes()).hexdigest()}\n'
        for layer in sorted(layers)
        for i, w in enumerate(layers[layer])
    )
    return hashlib.sha256(text.encode()).hexdigest()


def formula_image(height: int, width: int, seed: int) -> np.ndarray:
    """RGB uint8 noise, as packages/core/test/formula-image.ts."""
    return (position_hash(seed, 'image', 0, height * width * 3) >> U32(24)).astype(np.uint8).reshape(height, width, 3)


def script_hash(*names: str) -> str:
    """Says which version of the scripts wrote a golden."""
    return hashlib.sha256(b''.join((ROOT / 'oracles' / name).read_bytes() for name in names)).hexdigest()


LAYERS = [
    ('conv', [('kernel', (3, 3, 3, 8)), ('bias', (8,))]),
    ('fire2/squeeze1x1', [('kernel', (1, 1, 8, 4)), ('bias', (4,))]),
    ('bn', [('gamma', (4,)), ('beta', (4,)), ('moving_mean', (4,)), ('moving_variance', (4,))]),
    ('depthwise', [('depthwise_kernel', (3, 3, 4, 2)), ('bias', (8,))]),
    ('größe', [('kernel', (8, 5)), ('bias', (5,))]),
]


def main() -> None:
    cases = []
    for seed, draw in [(0, 'initial'), (42, 'everything'), (2**53 - 1, 'everything')]:
        layers = {name: seeded_layer(seed, name, weights, draw) for name, weights in LAYERS}
        values = {name: [[float(v) for v in w.ravel()] for w in tensors] for name, tensors in layers.items()}
        cases.append({'seed': seed, 'draw': draw, 'values': values, 'digest': weights_digest(layers)})
    shapes = [{'name': n, 'weights': [{'name': w, 'shape': list(s)} for w, s in ws]} for n, ws in LAYERS]
    hashes = {'seed': 7, 'layer': 'block1_conv1', 'index': 1, 'values': position_hash(7, 'block1_conv1', 1, 20).tolist()}
    golden = {'script': script_hash('weight_formula.py'), 'hashes': hashes, 'layers': shapes, 'cases': cases}
    (CORE_GOLDEN / 'weights').mkdir(parents=True, exist_ok=True)
    (CORE_GOLDEN / 'weights/weight-formula.json').write_text(json.dumps(golden) + '\n')


if __name__ == '__main__':
    main()
