"""Three steps of each optimiser in Keras, and learning rate schedules, as goldens for packages/core/src/training.

usage: python oracles/optimizers.py
"""

import json
import os

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
os.environ['CUDA_VISIBLE_DEVICES'] = '-1'

import keras
import numpy as np
from weight_formula import CORE_GOLDEN, uniform

# Weights and gradients come from the formula that the tests compute too, so that only results are stored.
SHAPES = [(4, 3), (5,)]
STEPS = 3
GRADIENT_SCALE = 2.0


def weights() -> list[np.ndarray]:
    return [uniform((1, f'weight{i}', 0), shape, 0.0, 1.0) for i, shape in enumerate(SHAPES)]


def gradients(step: int) -> list[np.ndarray]:
    return [uniform((2, f'gradient{i}', step), shape, 0.0, GRADIENT_SCALE) for i, shape in enumerate(SHAPES)]


def run(optimizer: keras.optimizers.Optimizer, steps: int = STEPS) -> dict:
    variables = [keras.Variable(value, name=f'weight{i}') for i, value in enumerate(weights())]
    for step in range(steps):
        optimizer.apply([keras.ops.convert_to_tensor(g) for g in gradients(step)], variables)
    result = {'steps': steps, 'weights': [variable.numpy().ravel().tolist() for variable in variables]}
    if optimizer.use_ema:
        optimizer.finalize_variable_values(variables)
        result['averages'] = [variable.numpy().ravel().tolist() for variable in variables]
    return result


def optimizer_cases() -> list[dict]:
    """Options in our names beside Keras' own."""
    o = keras.optimizers
    rate = 1e-2
    cases: list[tuple[dict, keras.optimizers.Optimizer, int]] = [
        ({'name': 'adam'}, o.Adam(rate), 3),
        ({'name': 'adam', 'beta1': 0.8, 'beta2': 0.95, 'epsilon': 1e-3}, o.Adam(rate, 0.8, 0.95, 1e-3), 3),
        ({'name': 'adam', 'amsgrad': True}, o.Adam(rate, amsgrad=True), 5),
        ({'name': 'adamw'}, o.AdamW(rate), 3),
        ({'name': 'adamw', 'weightDecay': 0.5}, o.AdamW(rate, weight_decay=0.5), 3),
        ({'name': 'sgd'}, o.SGD(rate), 3),
        ({'name': 'sgd', 'momentum': 0.9}, o.SGD(rate, momentum=0.9), 3),
        ({'name': 'sgd', 'momentum': 0.9, 'nesterov': True}, o.SGD(rate, momentum=0.9, nesterov=True), 3),
        ({'name': 'rmsprop'}, o.RMSprop(rate), 3),
        ({'name': 'rmsprop', 'rho': 0.8, 'momentum': 0.7}, o.RMSprop(rate, rho=0.8, momentum=0.7), 3),
        ({'name': 'rmsprop', 'centered': True, 'momentum': 0.5}, o.RMSprop(rate, centered=True, momentum=0.5), 3),
        ({'name': 'rmsprop', 'centered': True, 'epsilon': 1e-2}, o.RMSprop(rate, centered=True, epsilon=1e-2), 3),
        ({'name': 'sgd', 'clipNorm': 1.5}, o.SGD(rate, clipnorm=1.5), 3),
        ({'name': 'sgd', 'clipNorm': 100}, o.SGD(rate, clipnorm=100), 3),
        ({'name': 'adam', 'globalClipNorm': 2}, o.Adam(rate, global_clipnorm=2), 3),
        ({'name': 'sgd', 'globalClipNorm': 100}, o.SGD(rate, global_clipnorm=100), 3),
        ({'name': 'sgd', 'clipValue': 0.5}, o.SGD(rate, clipvalue=0.5), 3),
        ({'name': 'adam', 'accumulationSteps': 2}, o.Adam(rate, gradient_accumulation_steps=2), 5),
        ({'name': 'adamw', 'accumulationSteps': 3, 'clipNorm': 1},
         o.AdamW(rate, gradient_accumulation_steps=3, clipnorm=1), 7),
        ({'name': 'adam', 'weightAverage': {'momentum': 0.9}}, o.Adam(rate, use_ema=True, ema_momentum=0.9), 4),
        ({'name': 'sgd', 'weightAverage': {'momentum': 0.5, 'overwriteFrequency': 2}},
         o.SGD(rate, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2), 5),
    ]
    return [{'option': option, 'learningRate': rate, **run(optimizer, steps)} for option, optimizer, steps in cases]


def schedule_cases() -> list[dict]:
    """Each value of some schedules; a plan is learning rate, steps per epoch and epochs."""
    s = keras.optimizers.schedules
    plan = {'learningRate': 0.02, 'stepsPerEpoch': 7, 'epochs': 6}
    total = 42
    cases = [
        ({'name': 'inverseTime', 'decay': 0.05}, s.InverseTimeDecay(0.02, 1, 0.05)),
        ({'name': 'exponential', 'decayRate': 0.7}, s.ExponentialDecay(0.02, 7, 0.7)),
        ({'name': 'exponential', 'decayRate': 0.7, 'decayEpochs': 2, 'staircase': True},
         s.ExponentialDecay(0.02, 14, 0.7, staircase=True)),
        ({'name': 'cosine'}, s.CosineDecay(0.02, total)),
        ({'name': 'cosine', 'alpha': 0.1}, s.CosineDecay(0.02, total, alpha=0.1)),
        ({'name': 'cosine', 'warmupEpochs': 2, 'warmupStart': 0.25, 'alpha': 0.05},
         s.CosineDecay(0.005, total - 14, alpha=0.05, warmup_target=0.02, warmup_steps=14)),
    ]
    result = [
        {'option': option, 'plan': plan, 'values': [float(schedule(step)) for step in range(total + 5)]}
        for option, schedule in cases
    ]
    for option, arguments in [
        ({'name': 'oneCycle'}, {}),
        ({'name': 'oneCycle', 'warmupShare': 0.1, 'divisor': 10, 'finalDivisor': 100},
         {'pct_start': 0.1, 'div_factor': 10, 'final_div_factor': 100}),
    ]:
        result.append({'option': option, 'plan': plan, 'values': one_cycle(total, arguments)})
    return result


def one_cycle(total: int, arguments: dict) -> list[float]:
    """PyTorch's `OneCycleLR` with two phases and cosines, by its own definition: no PyTorch is needed for three lines."""
    share = arguments.get('pct_start', 0.3)
    first = 0.02 / arguments.get('div_factor', 25.0)
    last = first / arguments.get('final_div_factor', 1e4)
    steps = np.arange(total, dtype=np.float64)
    peak = share * total - 1
    up = first + (0.02 - first) * (1 - np.cos(np.pi * steps / peak)) / 2
    down = last + (0.02 - last) * (1 + np.cos(np.pi * (steps - peak) / (total - 1 - peak))) / 2
    return np.where(steps <= peak, up, down).tolist()


def main() -> None:
    golden = {'keras': keras.__version__, 'optimizers': optimizer_cases(), 'schedules': schedule_cases()}
    (CORE_GOLDEN / 'optimizers.json').write_text(json.dumps(golden) + '\n')


if __name__ == '__main__':
    main()
