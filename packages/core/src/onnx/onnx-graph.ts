import { libraryVersion } from '../version.js';
import { ProtobufWriter } from './protobuf-writer.js';

/** Element types by ONNX' own numbers (`TensorProto.DataType`). */
export const onnxTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;

export type OnnxType = keyof typeof onnxTypes;

/** An attribute's value; whole numbers are written as integers unless wrapped as `{ float }`. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  /** Also the node's own name: every value is computed once. */
  readonly output: string;
  /** Further results, which nothing reads, of operators that must have them. */
  readonly unread?: readonly string[];
  /** The layer that it was written for; not in the file. */
  readonly layer: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** A constant; `data` are its little-endian bytes. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** A graph's input or output; a string names a dimension that varies. */
export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly (number | string)[];
}

/** An ONNX graph as plain data: what goes in, what comes out, constants, and nodes in the order in which they run. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Key and value texts kept in the file. */
  readonly metadata?: Readonly<Record<string, string>>;
}

// IR version 8 and operator set 17 (2022) hold all that we write and run on every onnxruntime since 1.12.
const irVersion = 8;
const operatorSet = 17;

/**
 * Writes a graph as an ONNX file.
 *
 * @returns The file's bytes.
 * @see onnx.proto of the ONNX project, whose field numbers stand here
 */
export function encodeOnnxModel(graph: OnnxGraph): Uint8Array<ArrayBuffer> {
  return modelMessage(graph).finish();
}

/** As {@link encodeOnnxModel}, in parts that lie one behind the other, so that a large network's weights are not copied. */
export function encodeOnnxParts(graph: OnnxGraph): Uint8Array<ArrayBuffer>[] {
  return modelMessage(graph).parts();
}

function modelMessage(graph: OnnxGraph): ProtobufWriter {
  const model = new ProtobufWriter()
    .integer(1, irVersion)
    .string(2, 'graft')
    .string(3, libraryVersion)
    .message(7, graphMessage(graph))
    .message(8, new ProtobufWriter().string(1, '').integer(2, operatorSet));
  for (const [key, value] of Object.entries(graph.metadata ?? {})) {
    model.message(14, new ProtobufWriter().string(1, key).string(2, value));
  }
  return model;
}

function graphMessage(graph: OnnxGraph): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const node of graph.nodes) message.message(1, nodeMessage(node));
  message.string(2, graph.name);
  for (const tensor of graph.constants) message.message(5, tensorMessage(tensor));
  for (const value of graph.inputs) message.message(11, valueMessage(value));
  for (const value of graph.outputs) message.message(12, valueMessage(value));
  return message;
}

function nodeMessage(node: OnnxNode): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const input of node.inputs) message.string(1, input);
  for (const output of [node.output, ...(node.unread ?? [])]) message.string(2, output);
  message.string(3, node.output).string(4, node.type);
  for (const [name, value] of Object.entries(node.attributes ?? {})) message.message(5, attributeMessage(name, value));
  return message;
}

function attributeMessage(name: string, value: OnnxAttribute): ProtobufWriter {
  const message = new ProtobufWriter().string(1, name);
  if (typeof value === 'number') return message.integer(3, value).integer(20, 2);
  if (typeof value === 'string') return message.string(4, value).integer(20, 3);
  if ('float' in value) return message.float(2, value.float).integer(20, 1);
  return message.integers(8, value).integer(20, 7);
}

function tensorMessage(tensor: OnnxTensor): ProtobufWriter {
  return new ProtobufWriter()
    .integers(1, tensor.shape)
    .integer(2, onnxTypes[tensor.type])
    .string(8, tensor.name)
    .bytes(9, tensor.data);
}

function valueMessage(value: OnnxValue): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const size of value.shape) {
    const dimension = new ProtobufWriter();
    if (typeof size === 'number') dimension.integer(1, size);
    else dimension.string(2, size);
    shape.message(1, dimension);
  }
  const tensorType = new ProtobufWriter().integer(1, onnxTypes[value.type]).message(2, shape);
  return new ProtobufWriter().string(1, value.name).message(2, new ProtobufWriter().message(1, tensorType));
}
