import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readProtobuf, unpackIntegers, type ProtobufFields } from '../../test/read-protobuf.js';
import {
  encodeOnnxModel,
  encodeOnnxParts,
  onnxTypes,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxType,
} from './onnx-graph.js';

const asBytes = (value: bigint | Uint8Array | undefined): Uint8Array =>
  value instanceof Uint8Array ? value : new Uint8Array();
const asText = (value: bigint | Uint8Array | undefined): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(asBytes(value));
const asNumber = (value: bigint | Uint8Array | undefined): number =>
  Number(BigInt.asIntN(64, typeof value === 'bigint' ? value : 0n));
const asFloat = (value: bigint | Uint8Array | undefined): number => {
  const bytes = asBytes(value);
  return new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0, true);
};
const all = (fields: ProtobufFields, field: number) => fields.get(field) ?? [];
const one = (fields: ProtobufFields, field: number) => all(fields, field)[0];
const messages = (fields: ProtobufFields, field: number) =>
  all(fields, field).map((value) => readProtobuf(asBytes(value)));
const typeName = (value: bigint | Uint8Array | undefined) =>
  (Object.keys(onnxTypes) as OnnxType[]).find((name) => onnxTypes[name] === asNumber(value));

/** Long arrays take a comparison seconds. */
const textOf = (data: Uint8Array) => Buffer.from(data).toString('latin1');

/** By the field numbers of the ONNX project's onnx.proto. */
function readGraph(bytes: Uint8Array) {
  const model = readProtobuf(bytes);
  const graph = readProtobuf(asBytes(one(model, 7)));
  return {
    name: asText(one(graph, 2)),
    nodes: messages(graph, 1).map((node) => {
      const [output = '', ...unread] = all(node, 2).map(asText);
      return {
        type: asText(one(node, 4)),
        inputs: all(node, 1).map(asText),
        output,
        unread,
        attributes: Object.fromEntries(messages(node, 5).map((field) => [asText(one(field, 1)), readAttribute(field)])),
      };
    }),
    constants: messages(graph, 5).map((tensor) => ({
      name: asText(one(tensor, 8)),
      type: typeName(one(tensor, 2)),
      shape: unpackIntegers(asBytes(one(tensor, 1))),
      data: textOf(asBytes(one(tensor, 9))),
    })),
    inputs: messages(graph, 11).map(readValue),
    outputs: messages(graph, 12).map(readValue),
    metadata: Object.fromEntries(messages(model, 14).map((entry) => [asText(one(entry, 1)), asText(one(entry, 2))])),
  };
}

function readAttribute(field: ProtobufFields): OnnxAttribute {
  const kind = asNumber(one(field, 20));
  if (kind === 1) return { float: asFloat(one(field, 2)) };
  if (kind === 2) return asNumber(one(field, 3));
  return kind === 3 ? asText(one(field, 4)) : unpackIntegers(asBytes(one(field, 8)));
}

function readValue(value: ProtobufFields) {
  const tensor = readProtobuf(asBytes(one(readProtobuf(asBytes(one(value, 2))), 1)));
  const shape = messages(readProtobuf(asBytes(one(tensor, 2))), 1);
  return {
    name: asText(one(value, 1)),
    type: typeName(one(tensor, 1)),
    shape: shape.map((size) => (size.has(2) ? asText(one(size, 2)) : asNumber(one(size, 1)))),
  };
}

const name = fc.string({ unit: 'grapheme', maxLength: 12 });
const type = fc.constantFrom<OnnxType>('float32', 'uint8', 'int8', 'int32', 'int64');
const whole = fc.maxSafeInteger();
const attribute = fc.oneof(whole, name, fc.array(whole, { maxLength: 5 }), fc.record({ float: fc.float() }));
const graphs: fc.Arbitrary<Required<OnnxGraph>> = fc.record({
  name,
  nodes: fc.array(
    fc.record({
      type: name,
      inputs: fc.array(name, { maxLength: 3 }),
      output: name,
      unread: fc.array(name, { maxLength: 2 }),
      layer: name,
      attributes: fc.dictionary(name, attribute, { maxKeys: 4, noNullPrototype: true }),
    }),
    { maxLength: 5 },
  ),
  constants: fc.array(
    // From 64 kB on, bytes are written as a part of their own.
    fc.record({
      name,
      type,
      shape: fc.array(fc.nat(), { maxLength: 4 }),
      data: bytesOf([0, 1, 127, 128, 65_535, 65_536]),
    }),
    { maxLength: 3 },
  ),
  inputs: fc.array(fc.record({ name, type, shape: fc.array(fc.oneof(fc.nat(), name), { maxLength: 4 }) }), {
    maxLength: 2,
  }),
  outputs: fc.array(fc.record({ name, type, shape: fc.array(fc.oneof(fc.nat(), name), { maxLength: 4 }) }), {
    maxLength: 2,
  }),
  metadata: fc.dictionary(name, name, { maxKeys: 3, noNullPrototype: true }),
});

function bytesOf(lengths: readonly number[]): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom(...lengths), fc.nat(255))
    .map(([length, value]) => new Uint8Array(length).fill(value));
}

describe('an ONNX file', () => {
  it('holds any graph as it was, for a reader that knows only the format', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const nodes = graph.nodes.map(({ layer: _, ...node }) => node);
        const constants = graph.constants.map((tensor) => ({ ...tensor, data: textOf(tensor.data) }));
        const expected = { ...graph, nodes, constants };
        expect(readGraph(encodeOnnxModel(graph))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same in one piece and in parts', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const parts = encodeOnnxParts(graph).map((part) => Buffer.from(part));
        expect(Buffer.concat(parts).equals(encodeOnnxModel(graph))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});
