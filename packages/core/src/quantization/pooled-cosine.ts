import type { OnnxGraph } from '../onnx/onnx-graph.js';

/** One vector for each image: the graph's output, averaged over height and width if it has them. */
export function pooledRows(
  outputs: ReadonlyMap<string, Float32Array>,
  { graph, count }: { graph: OnnxGraph; count: number },
): Float32Array[] {
  const [output] = graph.outputs;
  const values = outputs.get(output?.name ?? '') ?? new Float32Array();
  const channels = Number(output?.shape.at(-1));
  const size = values.length / count;
  return Array.from({ length: count }, (_, row) => average(values.subarray(row * size, (row + 1) * size), channels));
}

function average(values: Float32Array, channels: number): Float32Array {
  const sums = new Float64Array(channels);
  for (let i = 0; i < values.length; i++) sums[i % channels] = (sums[i % channels] as number) + (values[i] as number);
  return Float32Array.from(sums, (sum) => (sum * channels) / values.length);
}

/** The least cosine between rows, −1 to 1; 1 for two rows of zeros, 0 for one. */
export function leastCosine(expected: readonly Float32Array[], actual: readonly Float32Array[]): number {
  return Math.min(...expected.map((row, index) => cosine(row, actual[index] ?? new Float32Array())));
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [product, left, right] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? Number.NaN];
    product += x * y;
    left += x * x;
    right += y * y;
  }
  if (left === 0 && right === 0) return 1;
  const value = product / Math.sqrt(left * right);
  return Number.isNaN(value) ? 0 : value;
}
