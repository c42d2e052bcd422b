import { DatasetError, quoteNames } from '../errors.js';
import type { Sample, SplitName } from './dataset.js';

const SPLIT_NAMES: readonly SplitName[] = ['train', 'validation', 'test'];

/** Indices of the samples by the side they name; a side that no sample names is left out. */
interface PresetSplit {
  readonly train: readonly number[];
  readonly validation?: readonly number[];
  readonly test?: readonly number[];
}

/**
 * The split that the samples themselves name; undefined if none does.
 * @throws DatasetError if only some do, if a side is unknown, or if none is for training.
 */
export function presetSplit(samples: readonly Sample[]): PresetSplit | undefined {
  const without = samples.find((sample) => sample.split === undefined);
  const named = samples.filter((sample) => sample.split !== undefined);
  if (named.length === 0) return undefined;
  if (without) {
    throw new DatasetError(
      `${named.length} of ${samples.length} samples name their split, "${without.id}" does not; name it for all or for none`,
      { subject: without.id },
    );
  }
  const unknown = named.find((sample) => !SPLIT_NAMES.includes(sample.split!));
  if (unknown) {
    throw new DatasetError(
      `"${unknown.id}" is in split ${JSON.stringify(unknown.split)}; there are ${quoteNames(SPLIT_NAMES)}`,
      { subject: unknown.id },
    );
  }
  const of = (side: SplitName) => [...samples.keys()].filter((index) => samples[index]!.split === side);
  const train = of('train');
  if (train.length === 0) throw new DatasetError('no sample is in split "train"; put some there');
  const validation = of('validation');
  const test = of('test');
  return { train, ...(validation.length > 0 && { validation }), ...(test.length > 0 && { test }) };
}
