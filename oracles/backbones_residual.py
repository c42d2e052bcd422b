"""Goldens of ResNet, ResNetV2, the MobileNets, DenseNet and Xception: `python oracles/backbones_residual.py [name …]`.

See backbones.py for what a golden holds; versions in requirements-backbones.txt.
"""

from backbones import Network, application, main


def resnet(name):
    return Network(application(name), [(224, 224, 'caffe'), (67, 45, 'unit')], damping=('_3_bn$', 0.25), minimum=32)


def resnet_v2(name):
    return Network(application(name), [(224, 224, 'tf'), (67, 45, 'tf')], damping=('_3_conv$', 0.25), minimum=32)


def densenet(name):
    return Network(application(name), [(224, 224, 'torch'), (67, 45, 'unit')], minimum=32)


def mobilenet(alpha):
    return Network(application('MobileNet', alpha=alpha), [(224, 224, 'tf'), (67, 45, 'tf')], minimum=32)


def mobilenet_v2(alpha):
    build = application('MobileNetV2', alpha=alpha)
    return Network(build, [(224, 224, 'tf'), (67, 45, 'tf')], damping=('project_BN$', 0.5), minimum=32)


def mobilenet_v3(name, damping=None):
    return Network(application(name), [(224, 224, 'none'), (67, 45, 'none')], damping=damping, minimum=32)


NETWORKS = {
    **{name.lower(): resnet(name) for name in ['ResNet50', 'ResNet101', 'ResNet152']},
    **{name.lower(): resnet_v2(name) for name in ['ResNet50V2', 'ResNet101V2', 'ResNet152V2']},
    'mobilenet': mobilenet(1.0),
    **{f'mobilenet_{alpha:.2f}': mobilenet(alpha) for alpha in [0.25, 0.5, 0.75]},
    'mobilenetv2': mobilenet_v2(1.0),
    **{f'mobilenetv2_{alpha:.2f}': mobilenet_v2(alpha) for alpha in [0.35, 0.5, 0.75, 1.3, 1.4]},
    'mobilenetv3small': mobilenet_v3('MobileNetV3Small'),
    'mobilenetv3large': mobilenet_v3('MobileNetV3Large', damping=('project_bn$', 0.5)),
    **{name.lower(): densenet(name) for name in ['DenseNet121', 'DenseNet169', 'DenseNet201']},
    'xception': Network(
        application('Xception'), [(299, 299, 'tf'), (83, 75, 'tf')], damping=(r'sepconv\d_bn$', 0.5), minimum=71
    ),
}


if __name__ == '__main__':
    main(NETWORKS, 'backbones_residual.py')
