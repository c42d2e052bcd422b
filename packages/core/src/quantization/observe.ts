import type { OnnxGraph } from '../onnx/onnx-graph.js';
import { runGraph, type GraphRun } from './graph-runs.js';
import { observeRanges } from './observe-ranges.js';
import { pooledRows } from './pooled-cosine.js';
import type { CalibrationMethod, ValueRange } from './quantization-plan.js';

/** What a float graph's values are over images. */
export interface Observation {
  readonly ranges: Readonly<Record<string, ValueRange>>;
  /** With some room. */
  readonly channelRanges: Readonly<Record<string, readonly ValueRange[]>>;
  readonly means: Readonly<Record<string, readonly number[]>>;
  /** Pooled features of each image. */
  readonly features: readonly Float32Array[];
}

// A plan is kept as text; means and channels' ranges are of images that stand for others.
const digits = 4;
// A channel is seen on few images: others may go further, or wake one that slept. Steps are still fine enough.
const channelMargin = 2;
const leastShare = 0.04;

/** Runs a float graph over images and notes its values' ranges and means. */
export async function observe(
  graph: OnnxGraph,
  { method, ...run }: GraphRun & { readonly method: CalibrationMethod },
): Promise<Observation> {
  const observed = observeRanges(graph, method);
  const sums = new Map<string, Float64Array>();
  const ranges: Record<string, ValueRange> = {};
  const channelRanges = new Map<string, ValueRange[]>();
  const features: Float32Array[] = [];
  // A percentile is of one image's values.
  const perRun = method === 'percentile' ? 1 : undefined;
  for await (const { outputs, count } of runGraph(observed.graph, { ...run, perRun })) {
    for (const [value, range] of observed.ranges(outputs)) ranges[value] = widest(ranges[value], range);
    for (const [value, rows] of observed.channelRanges(outputs)) {
      const channels = rows.length / count;
      const known = channelRanges.get(value) ?? [];
      for (const [index, range] of rows.entries()) known[index % channels] = widest(known[index % channels], range);
      channelRanges.set(value, known);
    }
    for (const [value, row] of observed.means(outputs)) {
      const sum = sums.get(value) ?? new Float64Array(row.length);
      row.forEach((mean, channel) => (sum[channel] = (sum[channel] as number) + mean * count));
      sums.set(value, sum);
    }
    features.push(...pooledRows(outputs, { graph, count }));
    run.onProgress?.({ stage: 'calibration', done: features.length, total: run.images.count });
  }
  const means = [...sums].map(
    ([value, sum]) => [value, Array.from(sum, (of) => rounded(of / run.images.count))] as const,
  );
  const widened = [...channelRanges].map(([value, found]) => [value, widenChannels(found, ranges[value])] as const);
  return { ranges, channelRanges: Object.fromEntries(widened), means: Object.fromEntries(means), features };
}

const rounded = (value: number): number => Number(value.toPrecision(digits));

function widest([low, high]: ValueRange = [Infinity, -Infinity], [lowest, highest]: ValueRange): ValueRange {
  // Math.min and Math.max hand on NaN: it must not be passed over.
  return [Math.min(low, lowest), Math.max(high, highest)];
}

/** Ranges of channels with some room, within that of all. */
function widenChannels(
  channels: readonly ValueRange[],
  [lowest, highest]: ValueRange = [-Infinity, Infinity],
): ValueRange[] {
  const least = leastShare * Math.max(-lowest, highest);
  const bounded = (value: number): number => rounded(Math.min(Math.max(value, lowest), highest));
  return channels.map(([low, high]) => [
    bounded(Math.min(channelMargin * low, -least)),
    bounded(Math.max(channelMargin * high, least)),
  ]);
}
