"""Goldens of EfficientNet, EfficientNetV2, ConvNeXt, the Inceptions and NASNet: `python oracles/backbones_scaled.py [name …]`.

See backbones.py for what a golden holds; versions in requirements-backbones.txt.
"""

from backbones import Network, application, main
from keras.src.applications import efficientnet as efficientnet_module
from keras.src.models import Functional


def imagenet_graph(name):
    """The graph that Keras builds for its ImageNet weights, without the weights: EfficientNet's differs from the other."""

    def build(shape):
        get_file, load_weights = efficientnet_module.file_utils.get_file, Functional.load_weights
        efficientnet_module.file_utils.get_file = lambda *args, **options: None
        Functional.load_weights = lambda self, path: None
        try:
            return application(name, weights='imagenet')(shape)
        finally:
            efficientnet_module.file_utils.get_file, Functional.load_weights = get_file, load_weights

    return build


# Blocks from the second of a stage on have a shortcut, and add up.
RESIDUAL = '[b-z]_project_bn$'


def efficientnet(index, side):
    build = imagenet_graph(f'EfficientNetB{index}')
    damping = (RESIDUAL, [0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125][index])
    return Network(build, [(side, side, 'none'), (67, 45, 'none')], damping, minimum=32)


def efficientnet_v2(name, side):
    damping = (RESIDUAL, 0.25 if side <= 300 else 0.125)
    return Network(application(name), [(side, side, 'none'), (67, 45, 'none')], damping, minimum=32)


def nasnet(name, side):
    damping = ('(separable_conv_2|adjust)_bn', 0.5)
    return Network(application(name), [(side, side, 'tf'), (67, 45, 'tf')], damping, minimum=32)


def convnext(name):
    return Network(application(name), [(224, 224, 'none'), (67, 45, 'none')], minimum=32)


NETWORKS = {
    **{f'efficientnetb{i}': efficientnet(i, side) for i, side in enumerate([224, 240, 260, 300, 380, 456, 528, 600])},
    **{
        name.lower(): efficientnet_v2(name, side)
        for name, side in {
            'EfficientNetV2B0': 224,
            'EfficientNetV2B1': 240,
            'EfficientNetV2B2': 260,
            'EfficientNetV2B3': 300,
            'EfficientNetV2S': 384,
            'EfficientNetV2M': 480,
            'EfficientNetV2L': 480,
        }.items()
    },
    **{f'ConvNeXt{size}'.lower(): convnext(f'ConvNeXt{size}') for size in ['Tiny', 'Small', 'Base', 'Large', 'XLarge']},
    'inceptionv3': Network(application('InceptionV3'), [(299, 299, 'tf'), (139, 115, 'tf')], minimum=75),
    'inceptionresnetv2': Network(application('InceptionResNetV2'), [(299, 299, 'tf'), (139, 115, 'tf')], minimum=75),
    'nasnetmobile': nasnet('NASNetMobile', 224),
    'nasnetlarge': nasnet('NASNetLarge', 331),
}


if __name__ == '__main__':
    main(NETWORKS, 'backbones_scaled.py')
