"""Losses and their gradients in Keras, weighted training, and callbacks' decisions, as goldens for packages/core/src/training.

usage: python oracles/losses.py
"""

import json
import os

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
os.environ['CUDA_VISIBLE_DEVICES'] = '-1'

import keras
import numpy as np
import tensorflow as tf
from weight_formula import CORE_GOLDEN, uniform

ROWS, CLASSES = 6, 4


def targets(kind: str) -> np.ndarray:
    if kind == 'hard':
        return np.eye(CLASSES, dtype=np.float32)[np.arange(ROWS) % CLASSES]
    shares = np.abs(uniform((4, 'shares', 0), (ROWS, CLASSES), 0.0, 1.0)).astype(np.float64) + 0.05
    return (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)


def loss_case(option: dict, kind: str, loss) -> dict:
    logits = tf.Variable(uniform((3, 'logits', 0), (ROWS, CLASSES), 0.0, 3.0))
    y = targets(kind)
    with tf.GradientTape() as tape:
        values = loss(y, logits)
    # Each row's loss depends on its own logits alone: the gradient of the sum holds each row's.
    gradient = tape.gradient(values, logits)
    return {
        'option': option,
        'targets': kind,
        'shares': y.tolist(),
        'values': values.numpy().tolist(),
        'gradient': gradient.numpy().tolist(),
    }


def loss_cases() -> list[dict]:
    losses = keras.losses
    cases = []
    for kind in ['hard', 'soft']:
        for smoothing in [0.0, 0.1]:
            name = 'categoricalCrossentropy'
            cases.append(
                loss_case(
                    {'name': name, 'labelSmoothing': smoothing},
                    kind,
                    losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing, reduction=None),
                )
            )
            cases.append(
                loss_case(
                    {'name': 'binaryCrossentropy', 'labelSmoothing': smoothing},
                    kind,
                    losses.BinaryCrossentropy(from_logits=True, label_smoothing=smoothing, reduction=None),
                )
            )
            for gamma, alpha in [(2.0, 0.25), (0.5, [0.1, 0.5, 1.0, 2.0]), (0.0, 1.0)]:
                cases.append(
                    loss_case(
                        {
                            'name': 'categoricalFocalCrossentropy',
                            'gamma': gamma,
                            'alpha': alpha,
                            'labelSmoothing': smoothing,
                        },
                        kind,
                        losses.CategoricalFocalCrossentropy(
                            from_logits=True, gamma=gamma, alpha=alpha, label_smoothing=smoothing, reduction=None
                        ),
                    )
                )
    return cases


def weighted_training() -> list[dict]:
    """Class weights, sample weights and both, over two epochs."""
    import training

    features, one_hot = training.data()
    sample_weight = (np.arange(training.SAMPLES) % 4 + 1) / 2
    class_weight = {0: 1.0, 1: 0.25, 2: 3.0}
    cases = []
    for name, arguments in [
        ('class', {'class_weight': class_weight}),
        ('sample', {'sample_weight': sample_weight}),
        ('both', {'sample_weight': sample_weight * np.array([class_weight[i % 3] for i in range(training.SAMPLES)])}),
    ]:
        model = training.head()
        model.compile(optimizer=keras.optimizers.Adam(1e-2), loss='categorical_crossentropy', metrics=['accuracy'])
        history = model.fit(
            features, one_hot, batch_size=training.BATCH, epochs=2, shuffle=False, verbose=0, **arguments
        ).history
        cases.append(
            {
                'name': name,
                'loss': history['loss'],
                'accuracy': history['accuracy'],
                'weights': [weight.ravel().tolist() for weight in model.get_weights()],
            }
        )
    return cases


class FakeModel:
    """What callbacks touch of a model."""

    def __init__(self) -> None:
        self.stop_training = False
        self.optimizer = keras.optimizers.SGD(0.1)
        self.epoch = -1
        self.restored: int | None = None

    def get_weights(self) -> int:
        return self.epoch

    def set_weights(self, weights: int) -> None:
        self.restored = weights


def drive(callback: keras.callbacks.Callback, values: list[float]) -> dict:
    model = FakeModel()
    callback.set_model(model)
    # There are no compiled metrics to learn a direction from: it is given.
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(values):
        model.epoch = epoch
        callback.on_epoch_end(epoch, {'val_loss': value})
        rates.append(float(model.optimizer.learning_rate.numpy()))
        if model.stop_training:
            break
    callback.on_train_end()
    return {'epochs': len(rates), 'rates': rates, 'restored': None if model.restored is None else model.restored + 1}


def callback_cases() -> list[dict]:
    series = {
        'falling': [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
        'flat': [1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9],
        'jagged': [1, 1.2, 0.8, 0.9, 0.85, 0.79995, 0.95, 0.7, 0.9, 0.9, 0.9, 0.65, 0.8, 0.8],
        'rising': [0.5, 0.6, 0.7, 0.8, 0.9],
    }
    stopping = [
        {},
        {'patience': 2},
        {'patience': 2, 'minDelta': 0.01, 'restoreBestWeights': True},
        {'patience': 1, 'startFromEpoch': 3, 'restoreBestWeights': True},
        {'patience': 3, 'baseline': 0.75, 'restoreBestWeights': True},
    ]
    plateau = [
        {'patience': 1},
        {'patience': 2, 'factor': 0.5, 'cooldown': 2},
        {'patience': 0, 'factor': 0.5, 'minLearningRate': 0.02},
        {'patience': 2, 'factor': 0.3, 'minDelta': 0.05},
    ]
    names = {
        'minDelta': 'min_delta',
        'restoreBestWeights': 'restore_best_weights',
        'startFromEpoch': 'start_from_epoch',
        'minLearningRate': 'min_lr',
    }
    cases = []
    for kind, variants, make in [
        ('earlyStopping', stopping, keras.callbacks.EarlyStopping),
        ('reduceLearningRateOnPlateau', plateau, keras.callbacks.ReduceLROnPlateau),
    ]:
        for options in variants:
            arguments = {names.get(key, key): value for key, value in options.items()}
            for mode in ['min', 'max']:
                for name, values in series.items():
                    callback = make(monitor='val_loss', mode=mode, **arguments)
                    outcome = drive(callback, values)
                    cases.append({'kind': kind, 'options': options, 'mode': mode, 'values': values, **outcome})
    return cases


def main() -> None:
    golden = {
        'keras': keras.__version__,
        'losses': loss_cases(),
        'weighted': weighted_training(),
        'callbacks': callback_cases(),
    }
    (CORE_GOLDEN / 'losses.json').write_text(json.dumps(golden) + '\n')


if __name__ == '__main__':
    main()
