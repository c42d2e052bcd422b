"""Keras' side of views.mjs: the notebook's job in Keras, over several splits.

usage: python benchmarks/views.py DATASET squeezenet|vgg16 WEIGHTS.h5 SEEDS [EPOCHS]   prints one JSON line

As in the notebook each image is drawn anew in each epoch (ImageDataGenerator, rotation_range=15), and the epoch with the least
validation loss counts. The frozen base runs once for each image and epoch, whatever the number of splits: they share these draws,
but not the split (train_test_split with the seed), the head's first weights, its dropout or its order.
"""

import json
import os
import sys
from pathlib import Path

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
os.environ['CUDA_VISIBLE_DEVICES'] = '-1'
sys.path.insert(0, str(Path(__file__).parent.parent / 'oracles'))

import cv2
import keras
import numpy as np
from keras.src.legacy.preprocessing.image import ImageDataGenerator
from sklearn.model_selection import train_test_split

layers = keras.layers
BATCH = 8
MEAN = np.array([103.939, 116.779, 123.68], 'float32')


def pooled_base(name: str, weights: str) -> keras.Model:
    """The base with the notebook's average pooling, which has no weights either."""
    if name == 'vgg16':
        base = keras.applications.VGG16(weights=None, include_top=False, input_shape=(224, 224, 3))
        base.load_weights(weights)
    else:
        from real_features import squeezenet

        base = squeezenet(weights)
    return keras.Model(base.input, layers.AveragePooling2D((4, 4))(base.output))


def head(shape: tuple[int, ...], classes: int, epochs: int) -> keras.Model:
    inputs = keras.Input(shape)
    hidden = layers.Dropout(0.5)(layers.Dense(64, activation='relu')(layers.Flatten()(inputs)))
    model = keras.Model(inputs, layers.Dense(classes, activation='softmax')(hidden))
    schedule = keras.optimizers.schedules.InverseTimeDecay(1e-3, 1, 1e-3 / epochs)
    model.compile(keras.optimizers.Adam(schedule), loss='categorical_crossentropy', metrics=['accuracy'])
    return model


def main() -> None:
    root, name, weights = sys.argv[1:4]
    seeds = int(sys.argv[4])
    epochs = int(sys.argv[5]) if len(sys.argv) > 5 else 25
    paths = sorted(path for path in Path(root).glob('*/*'))
    names = sorted({path.parent.name for path in paths})
    y = np.array([names.index(path.parent.name) for path in paths])
    rgb = [cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB) for path in paths]
    x = np.stack([cv2.resize(image, (224, 224)) for image in rgb]).astype('float32')
    base = pooled_base(name, weights)
    features = lambda images: base.predict(images[..., ::-1] - MEAN, batch_size=BATCH, verbose=0)
    plain = features(x)
    generator = ImageDataGenerator(rotation_range=15, fill_mode='nearest')
    np.random.seed(7)
    drawn = []
    for epoch in range(epochs):
        drawn.append(features(np.stack([generator.random_transform(image) for image in x])))
        print(f'epoch {epoch + 1} of {epochs} drawn', file=sys.stderr, flush=True)

    accuracies = []
    for seed in range(1, seeds + 1):
        keras.utils.set_random_seed(seed)
        train, test = train_test_split(np.arange(len(y)), test_size=0.2, stratify=y, random_state=seed)
        target = np.eye(len(names), dtype='float32')[y]
        model = head(plain.shape[1:], len(names), epochs)
        best = (np.inf, 0.0)
        for epoch in range(epochs):
            model.fit(drawn[epoch][train], target[train], batch_size=BATCH, epochs=1, verbose=0)
            best = min(best, tuple(model.evaluate(plain[test], target[test], verbose=0)), key=lambda figures: figures[0])
        accuracies.append(best[1])
        print(f'seed {seed}: {best[1]:.4f}', file=sys.stderr, flush=True)
    print(json.dumps({'accuracies': accuracies}))


if __name__ == '__main__':
    main()
