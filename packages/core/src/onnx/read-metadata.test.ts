import { describe, expect, it } from 'vitest';
import { encodeOnnxModel, type OnnxGraph } from './onnx-graph.js';
import { readMetadata } from './read-metadata.js';

const graph: OnnxGraph = { name: 'graph', nodes: [], constants: [], inputs: [], outputs: [] };

describe('readMetadata', () => {
  it('gives back what a file keeps', () => {
    const metadata = { a: '1', größe: 'x'.repeat(1000) };
    expect(Object.fromEntries(readMetadata(encodeOnnxModel({ ...graph, metadata })))).toEqual(metadata);
    expect(readMetadata(encodeOnnxModel(graph)).size).toBe(0);
  });

  it('stops where a file does, or is no such file', () => {
    const file = encodeOnnxModel({ ...graph, metadata: { a: '1' } });
    for (let length = 0; length < file.length; length++) {
      expect(() => readMetadata(file.subarray(0, length))).not.toThrow();
    }
    expect(readMetadata(new Uint8Array(100).fill(0xff)).size).toBe(0);
  });
});
