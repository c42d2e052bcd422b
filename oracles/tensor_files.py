"""Writes packages/core/test/golden/tensor-files.json: what numpy and safetensors write for formula tensors.

`python oracles/tensor_files.py`; versions in requirements-backbones.txt.
"""

import base64
import io
import json

import numpy as np
from safetensors.numpy import save

from weight_formula import CORE_GOLDEN, script_hash, uniform

SHAPES = [(), (0,), (1,), (7,), (3, 5), (2, 0, 4), (1, 2, 3, 4), (12345678, 0), tuple([1] * 30)]


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def tensor(name, shape):
    return uniform((1, name, 0), shape, 0.0, 3.0)


def main():
    tensors = {'conv/0': tensor('conv/0', (2, 3)), 'conv/1': tensor('conv/1', (3,)), '7': tensor('7', ())}
    halves = np.concatenate([np.arange(0, 65536, 17), [0, 1, 0x3FF, 0x400, 0x7BFF, 0x8000, 0xFBFF, 0x7C00, 0xFC00]]).astype(np.uint16)
    finite = halves[np.isfinite(halves.view(np.float16))]
    golden = {
        'script': script_hash('tensor_files.py', 'weight_formula.py'),
        'npy': [{'shape': list(s), 'file': base64_of(npy(tensor('npy', s)))} for s in SHAPES],
        'safetensors': {
            'shapes': {name: list(value.shape) for name, value in tensors.items()},
            'file': base64_of(save(tensors, metadata={'note': 'größe'})),
        },
        'float16': {
            'file': base64_of(save({'half': finite.view(np.float16)})),
            'values': base64_of(finite.view(np.float16).astype('<f4').tobytes()),
        },
        'integers': base64_of(save({'steps': np.arange(3)})),
    }
    (CORE_GOLDEN / 'tensor-files.json').write_text(json.dumps(golden) + '\n')


if __name__ == '__main__':
    main()
