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

/** Activations that can be exported, by Keras' names. */
export const activationConverters: Readonly<Record<string, ActivationConverter>> = {
  linear: (_, { name }) => name,
  relu: plain('Relu'),
  relu6: clippedRelu(6),
  sigmoid: plain('Sigmoid'),
  softmax: (builder, value) => builder.node('Softmax', [value.name], { axis: value.planar ? 1 : -1 }),
  tanh: plain('Tanh'),
};
