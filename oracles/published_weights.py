"""Writes packages/core/test/golden/published-weights.json: which file Keras fetches for each network of
`keras.applications` (weights='imagenet', include_top=False), by which hash it knows it, how many parameters it has, and
at which input size it was trained; and the same of the file with the classifier (include_top=True).

`python oracles/published_weights.py [NASNetLarge …]`; with names only those are renewed; versions in
requirements-backbones.txt. Nothing is fetched: Keras' own request is
written down instead.
"""

import hashlib
import json
import os
import sys
from urllib.parse import urlsplit

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'

import keras
from keras.src.applications import imagenet_utils
from keras.src.utils import file_utils

from weight_formula import CORE_GOLDEN, script_hash

NETWORKS = """
VGG16 VGG19 ResNet50 ResNet101 ResNet152 ResNet50V2 ResNet101V2 ResNet152V2 MobileNet MobileNetV2 MobileNetV3Small
MobileNetV3Large DenseNet121 DenseNet169 DenseNet201 InceptionV3 InceptionResNetV2 Xception NASNetMobile NASNetLarge
EfficientNetB0 EfficientNetB1 EfficientNetB2 EfficientNetB3 EfficientNetB4 EfficientNetB5 EfficientNetB6 EfficientNetB7
EfficientNetV2B0 EfficientNetV2B1 EfficientNetV2B2 EfficientNetV2B3 EfficientNetV2S EfficientNetV2M EfficientNetV2L
ConvNeXtTiny ConvNeXtSmall ConvNeXtBase ConvNeXtLarge ConvNeXtXLarge
""".split()

WIDTHS = {'MobileNet': [0.25, 0.5, 0.75], 'MobileNetV2': [0.35, 0.5, 0.75, 1.3, 1.4]}


def asked_of(network, **options):
    keras.backend.clear_session()
    return {**request_of(network, include_top=False, **options), 'top': request_of(network, include_top=True, **options)}


def request_of(network, **options):
    requests, sizes = [], []

    def note_request(fname=None, origin=None, file_hash=None, **_):
        # The host stands in one file of this repository alone, so the whole address is here as a hash.
        path = urlsplit(origin).path[1:]
        digest = hashlib.sha256(origin.encode()).hexdigest()
        requests.append({'file': fname, 'path': path, 'addressSha256': digest, 'hash': file_hash})
        return fname

    def note_size(*args, **kwargs):
        sizes.append(kwargs['default_size'])
        return obtain_input_shape(*args, **kwargs)

    obtain_input_shape = imagenet_utils.obtain_input_shape
    file_utils.get_file, imagenet_utils.obtain_input_shape = note_request, note_size
    build = getattr(keras.applications, network)
    build(weights='imagenet', **options)
    imagenet_utils.obtain_input_shape = obtain_input_shape
    (request,) = requests
    # MobileNetV3 has its size in its file's name alone.
    size = sizes[0] if sizes else 224
    # NASNetLarge has fewer parameters where the size is left open.
    model = build(weights=None, input_shape=(size, size, 3), **options)
    return {**request, 'parameters': model.count_params(), 'inputSize': [size, size]}


def main():
    keras.Model.load_weights = lambda *_, **__: None
    path, wanted = CORE_GOLDEN / 'published-weights.json', sys.argv[1:]
    networks = json.loads(path.read_text())['networks'] if wanted else {}
    for network in wanted or NETWORKS:
        networks[network.lower()] = asked_of(network)
        print(network, networks[network.lower()], flush=True)
    variants = json.loads(path.read_text())['variants'] if wanted else {
        f'{network.lower()}_{alpha:.2f}': asked_of(network, alpha=alpha)
        for network, widths in WIDTHS.items()
        for alpha in widths
    }
    golden = {'script': script_hash('published_weights.py'), 'keras': keras.__version__}
    golden |= {'networks': networks, 'variants': variants}
    path.write_text(json.dumps(golden, indent=1) + '\n')


if __name__ == '__main__':
    main()
