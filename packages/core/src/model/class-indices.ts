import type { Dataset } from '../dataset/dataset.js';
import { DatasetError } from '../errors.js';

/** @throws DatasetError for a label that the model does not know. */
export function classIndices(dataset: Dataset, classNames: readonly string[]): number[] {
  const indices = new Map(classNames.map((name, index) => [name, index]));
  return dataset.samples.map((sample) => {
    const index = indices.get(sample.label);
    if (index === undefined) {
      throw new DatasetError(
        `"${sample.id}" is labelled "${sample.label}", but this model knows ${classNames.join(', ')}; ` +
          `use a data set of these classes, or train a new model`,
        { subject: sample.id },
      );
    }
    return index;
  });
}
