import type { OnnxGraph } from '../onnx/onnx-graph.js';
import { runGraph, type GraphRun } from './graph-runs.js';
import { observeRanges } from './observe-ranges.js';
import { pooledRows } from './pooled-cosine.js';
import type { CalibrationMethod, ValueRange } from './quantization-plan.js';

/** What a float graph's values are over images. */
export interface Observation {
  readonly ranges: Readonly<Record<string, ValueRange>>;
  readonly means: Readonly<Record<string, readonly number[]>>;
  /** Pooled features of each image. */
  readonly features: readonly Float32Array[];
}

// A plan is kept as text; a mean is an average over images that stand for others.
const meanDigits = 4;

/** Runs a float graph over images and notes its values' ranges and means. */
export async function observe(
  graph: OnnxGraph,
  { method, ...run }: GraphRun & { readonly method: CalibrationMethod },
): Promise<Observation> {
  const observed = observeRanges(graph, method);
  const sums = new Map<string, Float64Array>();
  const ranges: Record<string, ValueRange> = {};
  const features: Float32Array[] = [];
  // A percentile is of one image's values.
  const perRun = method === 'percentile' ? 1 : undefined;
  for await (const { outputs, count } of runGraph(observed.graph, { ...run, perRun })) {
    for (const [value, [lowest, highest]] of observed.ranges(outputs)) {
      const [low, high] = ranges[value] ?? [Infinity, -Infinity];
      // Math.min and Math.max hand on NaN: it must not be passed over.
      ranges[value] = [Math.min(low, lowest), Math.max(high, highest)];
    }
    for (const [value, row] of observed.means(outputs)) {
      const sum = sums.get(value) ?? new Float64Array(row.length);
      row.forEach((mean, channel) => (sum[channel] = (sum[channel] as number) + mean * count));
      sums.set(value, sum);
    }
    features.push(...pooledRows(outputs, { graph, count }));
    run.onProgress?.({ stage: 'calibration', done: features.length, total: run.images.count });
  }
  const rounded = (sum: number): number => Number((sum / run.images.count).toPrecision(meanDigits));
  const means = [...sums].map(([value, sum]) => [value, Array.from(sum, rounded)] as const);
  return { ranges, means: Object.fromEntries(means), features };
}
