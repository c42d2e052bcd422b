"""Keras' side of head-training.mjs: trains the notebook's head on features that were computed before.

usage: python benchmarks/head-training.py FOLDER SETTINGS   (called by head-training.mjs)
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
os.environ['CUDA_VISIBLE_DEVICES'] = '-1'

import keras
import numpy as np


def side(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    labels = json.loads((folder / f'{name}.json').read_text())
    return np.load(folder / f'{name}.npy').reshape(len(labels), -1), np.eye(3, dtype=np.float32)[labels]


def main() -> None:
    folder, settings = Path(sys.argv[1]), json.loads(sys.argv[2])
    train, validation = side(folder, 'train'), side(folder, 'validation')
    layers = keras.layers
    inputs = keras.Input(train[0].shape[1:])
    hidden = layers.Dropout(0.5)(layers.Dense(64, activation='relu')(inputs))
    model = keras.Model(inputs, layers.Dense(3, activation='softmax')(hidden))
    schedule = keras.optimizers.schedules.InverseTimeDecay(settings['learningRate'], 1, settings['decay'])
    model.compile(keras.optimizers.Adam(schedule), loss='categorical_crossentropy', metrics=['accuracy'])
    best = keras.callbacks.ModelCheckpoint(
        str(folder / 'best.keras'), monitor='val_loss', save_best_only=True, save_weights_only=False
    )
    begin = time.perf_counter()
    model.fit(
        *train,
        validation_data=validation,
        epochs=settings['epochs'],
        batch_size=settings['batchSize'],
        callbacks=[best],
        verbose=0,
    )
    print(json.dumps({'seconds': time.perf_counter() - begin}))


if __name__ == '__main__':
    main()
