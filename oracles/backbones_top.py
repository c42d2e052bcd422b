"""Writes packages/core/test/golden/backbone-tops.json: what the classifiers of Keras Applications (`include_top=True`)
compute from formula features with formula weights, and how many parameters each whole network has.

`python oracles/backbones_top.py`; versions in requirements-backbones.txt. Only the classifier is run: backbones.py has
the rest of the network.
"""

import json
import sys

import keras
import numpy as np
from keras import layers as L

from backbones import NETWORKS as PLAIN, PROBES, SEED, set_formula_weights, short
from backbones_residual import NETWORKS as RESIDUAL
from backbones_scaled import NETWORKS as SCALED
from published_weights import NETWORKS as APPLICATIONS
from weight_formula import CORE_GOLDEN, position_hash, script_hash


def formula_features(shape):
    """Uniform in [0, 1), float32."""
    return (position_hash(SEED, 'features', 0, int(np.prod(shape))) / 2.0**32).astype(np.float32).reshape(shape)


def classifier(application, side):
    keras.backend.clear_session()
    whole = getattr(keras.applications, application)(weights=None, include_top=True, input_shape=(side, side, 3))
    # It begins with the last pooling over all positions, VGG's with a flattening.
    pools = [layer for layer in whole.layers if isinstance(layer, L.GlobalAveragePooling2D)]
    first = pools[-1] if pools else next(layer for layer in whole.layers if isinstance(layer, L.Flatten))
    x = features = keras.Input(first.input.shape[1:])
    for layer in whole.layers[whole.layers.index(first) :]:
        x = layer(x)
    return keras.Model(features, x), whole.count_params()


def main():
    cases = {**PLAIN, **RESIDUAL, **SCALED}
    tops = {}
    for application in APPLICATIONS:
        name = application.lower()
        side = cases[name].cases[0][0]
        model, parameters = classifier(application, side)
        tensors = set_formula_weights(model, None)
        features = model.input_shape[1:]
        scores = np.asarray(model(formula_features(features)[None], training=False)).ravel()
        indices = np.sort(np.argsort(position_hash(SEED, 'probes', 0, scores.size), kind='stable')[: PROBES // 8])
        tops[name] = {
            'parameters': parameters,
            'features': list(features),
            'layers': list(tensors),
            'probes': {'indices': indices.tolist(), 'values': [short(value) for value in scores[indices]]},
            'largest': short(scores.max()),
        }
        print(name, parameters, features, list(tensors), scores.max(), file=sys.stderr, flush=True)
    golden = {'script': script_hash('backbones_top.py', 'backbones.py', 'weight_formula.py'), 'keras': keras.__version__}
    golden |= {'seed': SEED, 'tops': tops}
    (CORE_GOLDEN / 'backbone-tops.json').write_text(json.dumps(golden, separators=(',', ':')) + '\n')


if __name__ == '__main__':
    main()
