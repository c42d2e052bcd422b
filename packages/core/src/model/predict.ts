import type { FeatureTable } from '../features/feature-table.js';
import { runOverTable } from '../features/run-over-table.js';
import type { ImageReference } from '../image.js';
import type { NetworkRunner } from '../network/run-network.js';

/** What a model says of one image. */
export interface Prediction {
  /** The image as it was given. */
  readonly source: ImageReference;
  /** The class with the highest score. */
  readonly label: string;
  /** A score for each class, 0–1, summing to 1. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Scores each sample of a table with the suffix. */
export async function predictTable(
  table: FeatureTable,
  context: {
    readonly suffix: NetworkRunner;
    readonly classNames: readonly string[];
    readonly sources: readonly ImageReference[];
  },
): Promise<Prediction[]> {
  const { suffix, classNames, sources } = context;
  const predictions: Prediction[] = [];
  for await (const { from, count, values: scores } of runOverTable(suffix, table)) {
    for (let row = 0; row < count; row++) {
      const values = scores.subarray(row * classNames.length, (row + 1) * classNames.length);
      predictions.push(prediction(values, { classNames, source: sources[from + row] as ImageReference }));
    }
  }
  return predictions;
}

function prediction(
  values: Float32Array,
  context: { readonly classNames: readonly string[]; readonly source: ImageReference },
): Prediction {
  const { classNames, source } = context;
  const highest = values.indexOf(Math.max(...values));
  return {
    source,
    label: classNames[highest] ?? '',
    // A class may be called `__proto__`: entries, not assignments.
    scores: Object.fromEntries(classNames.map((name, index) => [name, values[index] ?? 0])),
  };
}
