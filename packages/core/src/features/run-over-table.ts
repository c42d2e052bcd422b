import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { NetworkRunner } from '../network/run-network.js';
import type { FeatureTable } from './feature-table.js';

/** Outputs of some samples that stand together. */
export interface TableOutputs {
  /** The first sample's place in the table. */
  readonly from: number;
  readonly count: number;
  /** Shape `[count, …]`; valid until the next part is asked for. */
  readonly values: Float32Array;
}

// Enough for a backend to be busy, few enough to stay small beside the table; feature maps are far larger than vectors.
const mostRowsPerCall = 256;
const valuesPerCall = 2 ** 22;

/**
 * Runs a suffix over the first view of every sample, as inference, part by part.
 * @param until - The layer whose output is wanted; the network's output if undefined.
 */
export async function* runOverTable(
  suffix: NetworkRunner,
  table: FeatureTable,
  until?: string,
): AsyncGenerator<TableOutputs, void, undefined> {
  const rowSize = table.shape.reduce((product, size) => product * size, 1);
  const rowsPerCall = Math.max(1, Math.min(mostRowsPerCall, Math.floor(valuesPerCall / rowSize)));
  for (let from = 0; from < table.count; from += rowsPerCall) {
    const count = Math.min(rowsPerCall, table.count - from);
    const picks = Array.from({ length: count }, (_, i) => ({ sample: from + i, view: 0 }));
    const output = tidy(() => suffix.run(tensor(table.gather(picks), [count, ...table.shape]), { until }));
    try {
      yield { from, count, values: (await output.data()) as Float32Array };
    } finally {
      output.dispose();
    }
  }
}
