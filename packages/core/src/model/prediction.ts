import type { ImageReference } from '../image.js';

/** What a model says of one image. */
export interface Prediction {
  /** The image as it was given. */
  readonly source: ImageReference;
  /** The class with the highest score. */
  readonly label: string;
  /** A score for each class, 0–1, summing to 1. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Names one image's scores, which stand in the order of the classes. */
export function describeScores(
  values: Float32Array | readonly number[],
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
