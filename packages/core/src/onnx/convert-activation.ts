import type { GraphBuilder, GraphValue } from './graph-builder.js';

type ActivationConverter = (builder: GraphBuilder, value: GraphValue) => string;

const plain =
  (type: string): ActivationConverter =>
  (builder, { name }) =>
    builder.node(type, [name]);

function clippedRelu(ceiling: number): ActivationConverter {
  return (builder, { name }) =>
    builder.node('Clip', [name, builder.floats([], Float32Array.of(0)), builder.floats([], Float32Array.of(ceiling))]);
}

/** The exact one, `x · Φ(x)`; engines know these operators as one. */
const gelu: ActivationConverter = (builder, { name }) => {
  const scalar = (value: number) => builder.floats([], Float32Array.of(value));
  const erf = builder.node('Erf', [builder.node('Div', [name, scalar(Math.SQRT2)])]);
  const doubled = builder.node('Mul', [name, builder.node('Add', [erf, scalar(1)])]);
  return builder.node('Mul', [doubled, scalar(0.5)]);
};

const swish: ActivationConverter = (builder, { name }) => builder.node('Mul', [name, builder.node('Sigmoid', [name])]);

/** Activations that can be exported, by Keras' names. */
export const activationConverters: Readonly<Record<string, ActivationConverter>> = {
  elu: plain('Elu'),
  gelu,
  // Keras 3's, which is what our own activation of that name computes.
  hard_sigmoid: (builder, { name }) =>
    builder.node('HardSigmoid', [name], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
  hard_swish: plain('HardSwish'),
  linear: (_, { name }) => name,
  relu: plain('Relu'),
  relu6: clippedRelu(6),
  sigmoid: plain('Sigmoid'),
  selu: plain('Selu'),
  softmax: (builder, value) => builder.node('Softmax', [value.name], { axis: value.planar ? 1 : -1 }),
  silu: swish,
  softplus: plain('Softplus'),
  softsign: plain('Softsign'),
  swish,
  tanh: plain('Tanh'),
};
