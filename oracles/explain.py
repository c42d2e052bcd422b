"""Writes packages/core/test/golden/explain.json: Grad-CAM and Grad-CAM++ as Keras' GradientTape gives them.

usage: python oracles/explain.py      (needs requirements-backbones.txt, and SciPy of requirements-metrics.txt)

Weights and pixels come from the formula that the tests compute too. The gradient is that of the logit, before the softmax, as in
Keras' example "Grad-CAM class activation visualization" (keras.io/examples/vision/grad_cam), whose other steps stand here too: the
mean of each channel's gradients weighs the channel, and what is positive is divided by the maximum. Grad-CAM++ is equations 9 and 19
of Chattopadhay et al. 2018, in 64 bits; the exponential of the logit is one factor of all channels, and left out. Rank correlations
are SciPy's.
"""

import json
import os
import sys

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
os.environ['TF_ENABLE_ONEDNN_OPTS'] = '0'
os.environ['CUDA_VISIBLE_DEVICES'] = '-1'

import keras
import numpy as np
import tensorflow as tf
from backbones import NETWORKS as PLAIN
from backbones import SLASH, flat_operations, preprocess, true_name, weight_shapes
from backbones_residual import NETWORKS as RESIDUAL
from backbones_scaled import NETWORKS as SCALED
from keras import layers as L
from scipy.stats import spearmanr
from weight_formula import CORE_GOLDEN, formula_image, position_hash, script_hash, seeded_layer

NETWORKS = {**PLAIN, **RESIDUAL, **SCALED}
SEED, CLASSES = 9, 3

# The first of a backbone's layers is the one that is taken where none is asked for. Those inside a block are jumped over by a
# shortcut or by branches.
CASES = [
    dict(backbone='vgg16', size=(224, 224), head='notebook', layers=['block5_conv3', 'block4_conv3', 'block5_pool']),
    dict(backbone='resnet50', size=(224, 224), head='mlp', layers=['conv5_block3_out', 'conv5_block3_2_relu']),
    dict(backbone='mobilenetv2', size=(224, 224), head='default', layers=['out_relu', 'block_15_expand_relu']),
    dict(backbone='vgg19', size=(96, 128), head='default', layers=['block5_conv4']),
    dict(backbone='squeezenet', size=(224, 224), head='notebook', layers=['fire9/concat', 'fire5/expand3x3']),
    dict(backbone='efficientnetb0', size=(128, 96), head='default', layers=['top_activation', 'block6d_se_excite']),
    dict(backbone='efficientnetv2b0', size=(128, 96), head='default', layers=['top_activation']),
    dict(backbone='densenet121', size=(128, 96), head='mlp', layers=['relu']),
    dict(backbone='inceptionv3', size=(171, 139), head='default', layers=['mixed10']),
    dict(backbone='xception', size=(128, 96), head='default', layers=['block14_sepconv2_act']),
    dict(backbone='mobilenet', size=(128, 96), head='mlp', layers=['conv_pw_13_relu']),
    dict(backbone='resnet50v2', size=(128, 96), head='default', layers=['post_relu']),
    dict(backbone='convnexttiny', size=(128, 96), head='default', layers=['layer_normalization']),
]


def pixels(height: int, width: int) -> np.ndarray:
    """Coarse squares under noise: a map of noise alone would be even. As `squares` of explain.test.ts."""
    coarse = formula_image(8, 8, SEED)[np.arange(height) * 8 // height][:, np.arange(width) * 8 // width]
    return ((3 * coarse.astype(np.int32) + formula_image(height, width, SEED)) // 4).astype(np.uint8)


def head_layers(name: str) -> list:
    logits = L.Dense(CLASSES, name='head_logits')
    if name == 'notebook':
        return [L.AveragePooling2D(4), L.Flatten(), L.Dense(64, activation='relu', name='head_hidden'), logits]
    # Standardising by a mean of 0 and a variance of 1 changes nothing.
    hidden = [L.Dense(128, activation='relu', name='head_hidden_1')] if name == 'mlp' else []
    return [L.GlobalAveragePooling2D(), *hidden, logits]


def set_weights(layers: list, seed: int) -> None:
    for layer in layers:
        if getattr(layer, 'weights', None):
            layer.set_weights(seeded_layer(seed, true_name(layer), weight_shapes(layer), 'initial'))
            if isinstance(layer, L.Normalization):
                layer.finalize_state()


def normalized(values: np.ndarray) -> np.ndarray:
    values = np.maximum(values, 0)
    return values / values.max() if values.max() > 0 else values


def grad_cam(activations: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    return normalized(activations @ gradients.mean(axis=(0, 1)))


def grad_cam_plus_plus(activations: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    divisor = 2 * gradients**2 + activations.sum(axis=(0, 1)) * gradients**3
    alpha = np.divide(gradients**2, divisor, out=np.zeros_like(gradients), where=divisor != 0)
    return normalized(activations @ (alpha * np.maximum(gradients, 0)).sum(axis=(0, 1)))


def short(values: np.ndarray, digits: int = 6) -> list[float]:
    return [float(f'{value:.{digits}g}') for value in np.ravel(values)]


def explain(x: tf.Tensor, network: keras.Model, explained: int) -> tuple:
    """Activations and gradients in 64 bits, and the scores."""
    with tf.GradientTape() as tape:
        activations, logits = network(x, training=False)
        score = logits[:, explained]
    gradients = tape.gradient(score, activations)[0].numpy().astype(np.float64)
    return activations[0].numpy().astype(np.float64), gradients, tf.nn.softmax(logits)[0].numpy()


def is_telling(features: tf.Tensor, rest: keras.Model) -> bool:
    """Two classes at least have a map that is neither empty nor full: with random weights many are."""
    shares = []
    for explained in range(CLASSES):
        with tf.GradientTape() as tape:
            tape.watch(features)
            score = rest(features, training=False)[:, explained]
        shares.append((grad_cam(features[0].numpy(), tape.gradient(score, features)[0].numpy()) > 0).mean())
    return sum(0.2 < share < 0.95 for share in shares) >= 2


def run(case: dict) -> list[dict]:
    height, width = case['size']
    network = NETWORKS[case['backbone']]
    base = network.build((height, width, 3))
    set_weights(flat_operations(base), SEED)
    x = tf.constant(preprocess(pixels(height, width), network.cases[0][2])[None])

    def get_output(name: str):
        return base.get_layer(name.replace('/', SLASH)).output

    # The part behind the usual layer is small: it is tried with one seed after another.
    usual = get_output(case['layers'][0])
    head = head_layers(case['head'])
    output = base.output
    for layer in head:
        output = layer(output)
    features = keras.Model(base.input, usual)(x, training=False)
    rest = keras.Model(usual, output)
    for head_seed in range(500):
        set_weights(head, head_seed)
        if is_telling(features, rest):
            break
    results = []
    for place, name in enumerate(case['layers']):
        model = keras.Model(base.input, [get_output(name), output])
        for explained in range(CLASSES) if place == 0 else [1]:
            values, gradients, scores = explain(x, model, explained)
            maps = {'gradCam': grad_cam(values, gradients), 'gradCamPlusPlus': grad_cam_plus_plus(values, gradients)}
            shares = {key: round((value > 0).mean(), 2) for key, value in maps.items()}
            print(case['backbone'], name, head_seed, explained, values.shape, scores, shares, file=sys.stderr)
            results.append(
                {
                    **{key: case[key] for key in ('backbone', 'head')},
                    'headSeed': head_seed,
                    'inputSize': [height, width],
                    'layer': name,
                    'usual': place == 0,
                    'explained': explained,
                    'scores': short(scores),
                    'mapSize': list(values.shape[:2]),
                    'maps': {key: short(value, 5) for key, value in maps.items()},
                }
            )
    return results


def rank_case(count: int, levels: int) -> dict:
    """Whole numbers, fewer than places: many are alike, as the zeros of a map are."""
    a, b = (position_hash(SEED, f'ranks {levels}', side, count) % np.uint32(levels) for side in (0, 1))
    b = np.where(np.arange(count) % 3 == 0, a, b)
    return {'a': a.tolist(), 'b': b.tolist(), 'correlation': float(spearmanr(a, b).statistic)}


def main() -> None:
    golden = {
        'script': script_hash('explain.py', 'weight_formula.py'),
        'keras': keras.__version__,
        'seed': SEED,
        'ranks': [rank_case(49, 1000), rank_case(49, 4), rank_case(40, 2)],
        'cases': [result for case in CASES for result in run(case)],
    }
    text = json.dumps(golden, separators=(',', ':')) + '\n'
    (CORE_GOLDEN / 'explain.json').write_text(text)
    print(len(text), 'bytes', file=sys.stderr)


if __name__ == '__main__':
    main()
