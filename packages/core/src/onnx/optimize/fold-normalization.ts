import type { EditableGraph } from '../editable-graph.js';
import type { OnnxNode } from '../onnx-graph.js';

/**
 * Folds batch normalisation into the convolution (plain or depthwise) whose output it alone reads: per output channel
 * a factor on the kernel and a new bias, computed in double precision.
 */
export function foldNormalization(graph: EditableGraph): void {
  for (const node of graph.nodes.filter(({ type }) => type === 'BatchNormalization')) {
    const convolution = graph.producer(node.inputs[0] ?? '');
    if (convolution?.type !== 'Conv' || graph.onlyReader(convolution.output) !== node) continue;
    fold(graph, { convolution, normalization: node });
  }
}

function fold(graph: EditableGraph, nodes: { convolution: OnnxNode; normalization: OnnxNode }): void {
  const { convolution, normalization } = nodes;
  const [input = '', kernelName = '', biasName] = convolution.inputs;
  const kernel = graph.floats(kernelName);
  const shape = graph.constant(kernelName)?.shape;
  const [gamma, beta, mean, variance] = normalization.inputs.slice(1).map((name) => graph.floats(name));
  if (!kernel || !shape || !gamma || !beta || !mean || !variance) return;
  const epsilon = (normalization.attributes?.['epsilon'] as { float: number }).float;
  const channels = gamma.length;
  const size = kernel.length / channels;
  const bias = graph.floats(biasName);
  const foldedKernel = new Float32Array(kernel.length);
  const foldedBias = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    const factor = (gamma[c] as number) / Math.sqrt((variance[c] as number) + epsilon);
    for (let i = c * size; i < (c + 1) * size; i++) foldedKernel[i] = (kernel[i] as number) * factor;
    foldedBias[c] = ((bias?.[c] ?? 0) - (mean[c] as number)) * factor + (beta[c] as number);
  }
  const inputs = [
    input,
    graph.setFloats(`${convolution.output}/folded_kernel`, shape, foldedKernel),
    graph.setFloats(`${convolution.output}/folded_bias`, [channels], foldedBias),
  ];
  graph.replace(convolution);
  graph.replace(normalization, { ...convolution, inputs, output: normalization.output });
}
