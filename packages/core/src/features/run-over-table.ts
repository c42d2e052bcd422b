import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { NetworkRunner } from '../network/run-network.js';
import type { FeatureTable } from './feature-table.js';

/** Outputs of some samples that stand together. */
export interface TableOutputs {
  /** The first sample's place in the table. */
  readonly from: number;
  readonly count: number;
  /** Shape `[count, …]`, or `[count, views, …]` where all views are run; valid until the next part is asked for. */
  readonly values: Float32Array;
}

/** Options of {@link runOverTable}. */
export interface RunOverTableOptions {
  /** The layer whose output is wanted. Default: the network's output. */
  readonly until?: string | undefined;
  /** Runs every view of a sample, not the first alone. Default: false. */
  readonly everyView?: boolean | undefined;
}

// Enough for a backend to be busy, few enough to stay small beside the table; feature maps are far larger than vectors.
const mostRowsPerCall = 256;
const valuesPerCall = 2 ** 22;

/** Runs a suffix over the samples of a table, as inference, part by part. */
export async function* runOverTable(
  suffix: NetworkRunner,
  table: FeatureTable,
  { until, everyView = false }: RunOverTableOptions = {},
): AsyncGenerator<TableOutputs, void, undefined> {
  const views = everyView ? table.views : 1;
  const rowSize = table.shape.reduce((product, size) => product * size, 1);
  const rowsPerCall = Math.min(mostRowsPerCall, Math.floor(valuesPerCall / rowSize));
  const samplesPerCall = Math.max(1, Math.floor(rowsPerCall / views));
  for (let from = 0; from < table.count; from += samplesPerCall) {
    const count = Math.min(samplesPerCall, table.count - from);
    const picks = Array.from({ length: count * views }, (_, i) => ({
      sample: from + Math.floor(i / views),
      view: i % views,
    }));
    const output = tidy(() => suffix.run(tensor(table.gather(picks), [picks.length, ...table.shape]), { until }));
    try {
      yield { from, count, values: (await output.data()) as Float32Array };
    } finally {
      output.dispose();
    }
  }
}
