"""Writes packages/core/test/golden/quantization.json: what onnxruntime's own quantiser computes.

    python -m venv oracle && oracle/bin/pip install -r oracles/requirements-quantization.txt
    oracle/bin/python oracles/quantization.py

Ranges to scales and zero points, kernels to int8, biases to int32, and one small network whose float graph stands below:
quantised in QDQ form for given ranges, then run. Weights and pixels are by formula (weight_formula.py).
"""

import json

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quant_utils
from onnxruntime.quantization.calibrate import CalibrationMethod, TensorData, TensorsData
from onnxruntime.quantization.qdq_quantizer import QDQQuantizer

from weight_formula import CORE_GOLDEN, formula_image, script_hash, uniform

RANGES = [
    (0, 1), (0, 6), (-1, 1), (-3.25, 7.5), (2, 5), (-9, -4), (0, 0), (1e-3, 2e-3), (-1e-38, 1e-38), (-2.1e-6, 3.7e4),
    (-123.68, 151.061), (-0.278464, 20.5), (-1e5, 3), (-1, 254), (-0.5, 254.5),
]  # fmt: skip
SEED = 11
SIZE = (9, 11)

# name: kernel [out, in / groups, height, width], pads, strides, groups
CONVOLUTIONS = {
    'stem': ((6, 3, 3, 3), (1, 1, 1, 1), (2, 2), 1),
    'depthwise': ((6, 1, 3, 3), (1, 1, 1, 1), (1, 1), 6),
    'expand': ((10, 6, 1, 1), (0, 0, 0, 0), (1, 1), 1),
    'project': ((6, 10, 1, 1), (0, 0, 0, 0), (1, 1), 1),
    'last': ((8, 12, 2, 2), (0, 0, 1, 1), (1, 1), 1),
}


def weights(name: str) -> tuple[np.ndarray, np.ndarray]:
    shape = CONVOLUTIONS[name][0]
    spread = float(np.sqrt(6 / int(np.prod(shape[1:]))))
    return uniform((SEED, name, 0), shape, 0.0, spread), uniform((SEED, name, 1), shape[:1], 0.0, 0.25)


def float_graph() -> onnx.ModelProto:
    nodes, constants = [], []

    def constant(name: str, values: np.ndarray) -> str:
        constants.append(numpy_helper.from_array(values, name))
        return name

    def node(kind: str, inputs: list[str], output: str, **attributes) -> str:
        nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def convolution(name: str, value: str) -> str:
        shape, pads, strides, groups = CONVOLUTIONS[name]
        kernel, bias = weights(name)
        inputs = [value, constant(f'{name}/kernel', kernel), constant(f'{name}/bias', bias)]
        return node('Conv', inputs, name, kernel_shape=shape[2:], pads=pads, strides=strides, group=groups)

    value = node('Cast', ['image'], 'float', to=TensorProto.FLOAT)
    value = node('Transpose', [value], 'planar', perm=[0, 3, 1, 2])
    factors = constant('factors', np.array([1 / 255, 1 / 200, 1 / 150], np.float32).reshape(3, 1, 1))
    value = node('Mul', [value, factors], 'scaled')
    stem = node('Relu', [convolution('stem', value)], 'stem_relu')
    bounds = [constant('zero', np.float32(0)), constant('six', np.float32(1.5))]
    value = node('Clip', [convolution('depthwise', stem), *bounds], 'depthwise_clip')
    value = node('HardSwish', [convolution('expand', value)], 'expand_swish')
    value = node('Add', [stem, convolution('project', value)], 'sum')
    value = node('Concat', [value, stem], 'both', axis=1)
    value = node('MaxPool', [value], 'pooled', kernel_shape=[2, 2], strides=[1, 1])
    value = node('Relu', [convolution('last', value)], 'last_relu')
    node('GlobalAveragePool', [value], 'features')
    graph = helper.make_graph(
        nodes,
        'network',
        [helper.make_tensor_value_info('image', TensorProto.UINT8, ['batch', *SIZE, 3])],
        [helper.make_tensor_value_info('features', TensorProto.FLOAT, ['batch', 8, 1, 1])],
        constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8)


def run(model: onnx.ModelProto, outputs: list[str]) -> list[np.ndarray]:
    session = ort.InferenceSession(model.SerializeToString(), providers=['CPUExecutionProvider'])
    return session.run(outputs, {'image': formula_image(*SIZE, SEED)[None]})


def value_ranges(model: onnx.ModelProto) -> dict[str, list[float]]:
    observed = onnx.ModelProto()
    observed.CopyFrom(model)
    names = [node.output[0] for node in model.graph.node if node.op_type != 'GlobalAveragePool']
    observed.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    # A little less than the whole range, so that cutting off is tried as well.
    return {name: [float(np.float32(v.min() * 0.9)), float(np.float32(v.max() * 0.9))] for name, v in zip(names, run(observed, names))}


def quantized(model: onnx.ModelProto, ranges: dict[str, list[float]], bits: int) -> onnx.ModelProto:
    data = {k: TensorData(lowest=np.float32(a), highest=np.float32(b)) for k, (a, b) in ranges.items()}
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    quantizer = QDQQuantizer(
        copy,
        per_channel=True,
        reduce_range=bits == 7,
        weight_qType=QuantType.QInt8,
        activation_qType=QuantType.QUInt8,
        tensors_range=TensorsData(CalibrationMethod.MinMax, data),
        nodes_to_quantize=[],
        nodes_to_exclude=[],
        op_types_to_quantize=['Conv', 'Relu', 'Clip', 'Add', 'Concat', 'MaxPool'],
        extra_options={'WeightSymmetric': True, 'ActivationSymmetric': False},
    )
    quantizer.quantize_model()
    return quantizer.model.model


def integers(model: onnx.ModelProto) -> dict[str, list]:
    """Stored kernels, biases, scales and zero points by the names that the quantiser gives them."""
    kept = {}
    for tensor in model.graph.initializer:
        if any(part in tensor.name for part in ('_quantized', '_scale', '_zero_point')):
            kept[tensor.name] = numpy_helper.to_array(tensor).ravel().tolist()
    return kept


def main() -> None:
    ranges = []
    for lowest, highest in RANGES:
        zero, scale = quant_utils.compute_scale_zp(np.float32(lowest), np.float32(highest), np.uint8(0), np.uint8(255))
        ranges.append({'range': [lowest, highest], 'scale': float(scale), 'zeroPoint': int(zero)})
    model = float_graph()
    observed = value_ranges(model)
    cases = []
    for bits in (7, 8):
        result = quantized(model, observed, bits)
        options = ort.SessionOptions()
        # 8-bit weights need exact sums, which processors without VNNI do only when told to.
        options.add_session_config_entry('session.x64quantprecision', '1')
        session = ort.InferenceSession(result.SerializeToString(), options, providers=['CPUExecutionProvider'])
        [features] = session.run(['features'], {'image': formula_image(*SIZE, SEED)[None]})
        cases.append({'bits': bits, 'stored': integers(result), 'features': features.ravel().tolist()})
    golden = {
        'script': script_hash('quantization.py', 'weight_formula.py'),
        'onnxruntime': ort.__version__,
        'seed': SEED,
        'size': SIZE,
        'activationRanges': ranges,
        'valueRanges': observed,
        'floatFeatures': run(model, ['features'])[0].ravel().tolist(),
        'cases': cases,
    }
    (CORE_GOLDEN / 'quantization.json').write_text(json.dumps(golden) + '\n')


if __name__ == '__main__':
    main()
