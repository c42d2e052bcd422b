"""Keras' side of fine-tune.mjs: two epochs of VGG16 with all but its last block frozen.

usage: python benchmarks/fine-tune.py DATASET   (called by fine-tune.mjs)
"""

import json
import os
import sys
import time

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
os.environ['CUDA_VISIBLE_DEVICES'] = '-1'

import keras
import numpy as np


def main() -> None:
    # In memory before the clock starts: decoding is no part of what is compared.
    dataset = keras.utils.image_dataset_from_directory(
        sys.argv[1], label_mode='categorical', image_size=(224, 224), batch_size=None, shuffle=False, verbose=False
    )
    pairs = list(dataset.as_numpy_iterator())
    images = keras.applications.vgg16.preprocess_input(np.stack([image for image, _ in pairs]))
    labels = np.stack([label for _, label in pairs])
    base = keras.applications.VGG16(include_top=False, weights=None, input_shape=(224, 224, 3))
    for layer in base.layers:
        layer.trainable = layer.name.startswith('block5')
    pooled = keras.layers.GlobalAveragePooling2D()(base.output)
    model = keras.Model(base.input, keras.layers.Dense(3, activation='softmax')(pooled))
    model.compile(keras.optimizers.Adam(1e-5), loss='categorical_crossentropy', metrics=['accuracy'])
    seconds = []
    for _ in range(2):
        begin = time.perf_counter()
        model.fit(images, labels, batch_size=8, epochs=1, verbose=0)
        seconds.append(time.perf_counter() - begin)
    print(json.dumps({'first': seconds[0], 'second': seconds[1]}))


if __name__ == '__main__':
    main()
