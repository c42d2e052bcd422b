"""Golden of graft-tiny, this project's own network, built here a second time: `python oracles/backbones_tiny.py`.

See backbones.py for what a golden holds; versions in requirements-backbones.txt.
"""

import keras
from keras import layers as L

from backbones import Network, main

STAGES = [(32, 1), (80, 2), (144, 2)]


def graft_tiny(input_shape):
    def normalized(x, name, filters, size, strides=1):
        x = L.Conv2D(filters, size, strides=strides, padding='same', use_bias=False, name=f'{name}_conv')(x)
        return L.BatchNormalization(name=f'{name}_bn')(x)

    def relu(x, name):
        return L.Activation('relu', name=name)(x)

    pixels = keras.Input(input_shape)
    x = relu(normalized(pixels, 'stem', 24, 3, 2), 'stem_relu')
    for stage, (filters, depth) in enumerate(STAGES, start=1):
        for index in range(1, depth + 1):
            name = f'stage{stage}_block{index}'
            strides = 2 if index == 1 else 1
            y = relu(normalized(x, f'{name}_1', filters, 3, strides), f'{name}_1_relu')
            y = normalized(y, f'{name}_2', filters, 3)
            shortcut = x if strides == 1 else normalized(x, f'{name}_0', filters, 1, strides)
            x = relu(L.Add(name=f'{name}_add')([shortcut, y]), f'{name}_out')
    return keras.Model(pixels, relu(normalized(x, 'expand', 384, 1), 'expand_relu'))


NETWORKS = {'graft-tiny': Network(graft_tiny, [(128, 128, 'tf'), (67, 45, 'unit')], damping=('_2_bn$', 0.5))}


if __name__ == '__main__':
    main(NETWORKS, 'backbones_tiny.py')
