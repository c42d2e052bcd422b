import { describe, expect, it } from 'vitest';
import type { OnnxGraph, OnnxNode } from '../onnx/onnx-graph.js';
import { endAtLogits, logitsOf, lowerLogits } from './logits.js';

const node = (type: string, input: string, output: string): OnnxNode => ({
  type,
  inputs: [input],
  output,
  layer: output,
});

function graphOf(...nodes: OnnxNode[]): OnnxGraph {
  const image = { name: 'image', type: 'uint8', shape: ['batch', 4] } as const;
  const scores = { name: 'scores', type: 'float32', shape: ['batch', 3] } as const;
  return { name: 'head', nodes, constants: [], inputs: [image], outputs: [scores] };
}

const softmax = graphOf(
  node('Cast', 'image', 'dense'),
  node('Softmax', 'dense', 'head'),
  node('Identity', 'head', 'scores'),
);

describe('the logits of a graph', () => {
  it.each([
    ['in front of a softmax', softmax, 'dense'],
    ['in front of a sigmoid', graphOf(node('Cast', 'image', 'a'), node('Sigmoid', 'a', 'scores')), 'a'],
    ['its output, where nothing makes scores of them', graphOf(node('Cast', 'image', 'scores')), 'scores'],
  ])('are %s', (_, graph, name) => {
    expect(logitsOf(graph)).toBe(name);
  });

  it('are where it can end', () => {
    const { nodes, outputs } = endAtLogits(softmax);
    expect(nodes.map(({ type }) => type)).toEqual(['Cast']);
    expect(outputs).toEqual([{ name: 'dense', type: 'float32', shape: ['batch', 3] }]);
  });

  it('can be lowered, under the name that they had', () => {
    const { nodes, constants } = lowerLogits(softmax, [0.5, 0, -1]);
    expect(nodes.map(({ type, output }) => `${type} ${output}`)).toEqual([
      'Cast dense/int8',
      'Add dense',
      'Softmax head',
      'Identity scores',
    ]);
    expect(Array.from(new Float32Array(constants[0]!.data.buffer as ArrayBuffer))).toEqual([-0.5, -0, 1]);
  });
});
