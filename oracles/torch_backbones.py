"""Writes packages/core/test/golden/torch-backbones.json: what PyTorch computes with formula weights on formula pixels.

`python oracles/torch_backbones.py`; versions in requirements-torch.txt. The networks of torchvision and of PyTorch Image Models,
of which packages/core/src/backbones has a dialect. Weights are drawn by the names that they have in a weights file.
"""

import json
import re
import sys
import zlib

import numpy as np
import timm
import torch
import torchvision

from weight_formula import CORE_GOLDEN, formula_image, position_hash, script_hash, uniform

SEED = 42
PROBES = 60
# Half of the sizes on the way down are odd.
INPUT_SIZE = (70, 81)
PREPROCESSING = {
    'torch': ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    'tf': ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
}
# The classifier, and counters that nothing computes with. MobileNetV3 alone has a `conv_head` behind its pooling.
LEFT_OUT = {
    'torchvision': r'^(classifier|fc)\.|num_batches_tracked$',
    'timm': r'^(classifier|fc|head|pre_logits)\.|num_batches_tracked$',
    'timm mobilenetv3': r'^(classifier|conv_head)\.|num_batches_tracked$',
}
# The last normalisation of a block is made smaller: else activations would grow from block to block until biases no longer
# counted.
DAMPING = {
    'resnet': (r'\.bn3\.weight$', 0.25),
    'mobilenet': (r'(\.3\.1|\.conv\.3|\.bn3)\.weight$', 0.25),
    'efficientnet': (r'(\.block\.[123]\.1|\.[1-9]\d*\.bn[23])\.weight$', 0.25),
}


def torchvision_network(name, **options):
    model = getattr(torchvision.models, name)(weights=None, **options).eval()
    return model, features_of_resnet(model) if name.startswith('resnet') else model.features


def features_of_resnet(model):
    def run(x):
        x = model.maxpool(model.relu(model.bn1(model.conv1(x))))
        return model.layer4(model.layer3(model.layer2(model.layer1(x))))

    return run


def timm_network(name):
    model = timm.create_model(name, pretrained=False).eval()
    if name.startswith('mobilenetv3') or name.startswith('tf_mobilenetv3'):
        # Before the pooling and the convolution behind it.
        return model, model.forward_features
    # A VGG's features end before its own classifier, ConvNeXt's before pooling and normalisation.
    return model, model.features if name.startswith('vgg') else model.forward_features


def cases():
    """(our name, dialect, library, the library's name, preprocessing)"""

    def case(name, dialect, model, preprocessing='torch', **options):
        return name, dialect, model, preprocessing, options

    for n in ('vgg16', 'vgg19', 'resnet50', 'resnet101', 'resnet152'):
        yield case(n, 'torchvision', n)
    # These have torchvision's names and details.
    yield case('vgg16', 'torchvision', 'timm/vgg16')
    yield case('resnet50', 'torchvision', 'timm/resnet50')
    yield case('mobilenetv2', 'torchvision', 'mobilenet_v2')
    yield case('mobilenetv2_0.50', 'torchvision', 'mobilenet_v2', width_mult=0.5)
    yield case('mobilenetv2', 'timm', 'mobilenetv2_100')
    yield case('mobilenetv2_0.50', 'timm', 'mobilenetv2_050')
    yield case('mobilenetv2_1.40', 'timm', 'mobilenetv2_140')
    for size in ('small', 'large'):
        yield case(f'mobilenetv3{size}', 'torchvision', f'mobilenet_v3_{size}')
        yield case(f'mobilenetv3{size}', 'timm', f'mobilenetv3_{size}_100')
        yield case(f'mobilenetv3{size}', 'timm-tf', f'tf_mobilenetv3_{size}_100', 'tf')
    for n in range(8):
        yield case(f'efficientnetb{n}', 'torchvision', f'efficientnet_b{n}')
        yield case(f'efficientnetb{n}', 'timm', f'efficientnet_b{n}')
        yield case(f'efficientnetb{n}', 'timm-tf', f'tf_efficientnet_b{n}')
    for size in 'sml':
        yield case(f'efficientnetv2{size}', 'torchvision', f'efficientnet_v2_{size}', 'tf' if size == 'l' else 'torch')
        yield case(f'efficientnetv2{size}', 'timm', f'efficientnetv2_{size}')
        yield case(f'efficientnetv2{size}', 'timm-tf', f'tf_efficientnetv2_{size}', 'tf')
    for n in range(4):
        yield case(f'efficientnetv2b{n}', 'timm-tf', f'tf_efficientnetv2_b{n}')
    for size in ('tiny', 'small', 'base', 'large'):
        yield case(f'convnext{size}', 'torchvision', f'convnext_{size}')
        yield case(f'convnext{size}', 'timm', f'convnext_{size}')
    yield case('convnextxlarge', 'timm', 'convnext_xlarge')


def formula_tensor(name, shape):
    if name.endswith(('layer_scale', 'gamma')):
        return uniform((SEED, name, 0), shape, 0.25, 0.25)
    if len(shape) > 1:
        return uniform((SEED, name, 0), shape, 0.0, float(np.sqrt(6 / np.prod(shape[1:]))))
    one = name.endswith(('weight', 'running_var'))
    return uniform((SEED, name, 0), shape, float(one), 0.5 if one else 0.25)


def set_formula_weights(model, left_out, damping):
    kept = {k: v for k, v in model.state_dict().items() if not re.search(left_out, k)}
    for name, tensor in kept.items():
        values = formula_tensor(name, tuple(tensor.shape))
        if damping and re.search(damping[0], name):
            values = values * np.float32(damping[1])
        tensor.copy_(torch.from_numpy(np.ascontiguousarray(values)))
    lines = sorted(f'{name} {"x".join(map(str, tensor.shape))}' for name, tensor in kept.items())
    return {'count': len(lines), 'checksum': zlib.crc32('\n'.join(lines).encode())}


def short(value):
    """Relative to the largest activation, seven digits are plenty."""
    return float(f'{value:.7g}')


def run_case(name, dialect, model_name, preprocessing, options):
    plain = model_name.removeprefix('timm/')
    library = 'torchvision' if dialect == 'torchvision' and plain == model_name else 'timm'
    model, features = torchvision_network(plain, **options) if library == 'torchvision' else timm_network(plain)
    family = next((f for f in DAMPING if f in name), None)
    damping = DAMPING.get(family)
    with torch.no_grad():
        left_out = LEFT_OUT.get(f'{library} {name[:11]}', LEFT_OUT[library])
        tensors = set_formula_weights(model, left_out, damping)
        mean, std = (torch.tensor(v, dtype=torch.float32)[:, None, None] for v in PREPROCESSING[preprocessing])
        pixels = torch.from_numpy(formula_image(*INPUT_SIZE, SEED)).permute(2, 0, 1).to(torch.float32) / 255
        output = features(((pixels - mean) / std)[None])[0].permute(1, 2, 0).contiguous().numpy()
    flat = output.ravel()
    indices = np.sort(np.argsort(position_hash(SEED, 'probes', 0, flat.size), kind='stable')[:PROBES])
    largest = np.abs(flat).max()
    print(name, dialect, model_name, output.shape, 'largest', largest, 'deviation', flat.std(), file=sys.stderr)
    return {
        'name': name,
        'dialect': dialect,
        'model': model_name,
        'preprocessing': preprocessing,
        **({'damping': {'tensors': damping[0], 'factor': damping[1]}} if damping else {}),
        'tensors': tensors,
        'outputShape': list(output.shape),
        'largest': short(largest),
        'probes': {'indices': indices.tolist(), 'values': [short(v) for v in flat[indices]]},
    }


def main():
    torch.set_num_threads(1)
    golden = {
        'script': script_hash('torch_backbones.py', 'weight_formula.py'),
        'versions': {m.__name__: m.__version__.split('+')[0] for m in (torch, torchvision, timm)},
        'seed': SEED,
        'inputSize': list(INPUT_SIZE),
        'cases': [run_case(*case) for case in cases() if len(sys.argv) < 2 or sys.argv[1] in case[0]],
    }
    (CORE_GOLDEN / 'torch-backbones.json').write_text(json.dumps(golden, separators=(',', ':')) + '\n')


if __name__ == '__main__':
    main()
