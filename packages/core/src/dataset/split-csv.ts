import { DatasetError, quoteNames } from '../errors.js';
import { datasetFingerprint } from './dataset-fingerprint.js';
import type { Dataset, Sample, SplitName } from './dataset.js';
import { csvLine, parseCsv } from './parse-csv.js';
import { requireGroupPure } from './require-group-pure.js';
import type { DatasetSplit } from './split-dataset.js';

const COLUMNS = ['path', 'label', 'group', 'split', 'fingerprint'] as const;
const SIDES: readonly SplitName[] = ['train', 'validation', 'test'];

/**
 * Writes a split as CSV, to be used again: columns `path` (the sample's id), `label`, `group`, `split` and `fingerprint`, a
 * digest of the data that is the same in each row. Rows stand in the order of the sides, and of samples there. The file
 * also serves as a manifest.
 *
 * @example `await writeFile('split.csv', splitToCsv(splitDataset(dataset)))`
 */
export function splitToCsv(split: DatasetSplit): string {
  const samples = SIDES.flatMap((side) => split[side]?.samples ?? []);
  const fingerprint = datasetFingerprint(samples);
  const lines = SIDES.flatMap((side) =>
    (split[side]?.samples ?? []).map(
      ({ id, label, group }) => `${csvLine([id, label, group ?? ''])},${side},${fingerprint}`,
    ),
  );
  return [COLUMNS.join(','), ...lines, ''].join('\n');
}

/**
 * Reads a split that {@link splitToCsv} wrote, for the data that it was made of.
 *
 * @param dataset - The whole data set.
 * @returns The sides, in the order of the file.
 * @throws DatasetError for other data (the message names a sample that differs), a column or row that is missing or twice,
 * an unknown side, or a group that stands on two sides.
 * @example `const { train, test } = splitFromCsv(await readFile('split.csv', 'utf8'), dataset)`
 */
export function splitFromCsv(text: string, dataset: Dataset): DatasetSplit {
  const { header, rows } = parseCsv(text);
  const missing = COLUMNS.filter((column) => !header.includes(column));
  if (missing.length > 0 || rows.length === 0) {
    throw new DatasetError(
      `the split has no ${missing.length > 0 ? `column ${quoteNames(missing)}` : 'rows'}; pass a file that splitToCsv wrote`,
    );
  }
  const fingerprint = datasetFingerprint(dataset.samples);
  const places = COLUMNS.map((column) => header.indexOf(column)) as [number, number, number, number, number];
  const byId = new Map(dataset.samples.map((sample) => [sample.id, sample]));
  const sides: Record<SplitName, Sample[]> = { train: [], validation: [], test: [] };
  const placed = new Set<string>();
  let otherData: string | undefined;
  for (const row of rows) {
    const [path, label, group, split, madeOf] = places.map((place) => row[place]!) as [
      string,
      string,
      string,
      string,
      string,
    ];
    const sample = byId.get(path);
    const complain = (problem: string) => new DatasetError(`the split's "${path}" ${problem}`, { subject: path });
    if (!sample) throw complain('is not in this data set; pass the split made of it, or split anew');
    if (placed.has(path)) throw complain('stands twice; keep one row for each sample');
    if (sample.label !== label) throw complain(`is labelled "${label}", here "${sample.label}"; split anew`);
    if ((sample.group ?? '') !== group)
      throw complain(`has group "${group}", here "${sample.group ?? ''}"; split anew`);
    const side = SIDES.find((name) => name === split);
    if (!side) throw complain(`is in split "${split}"; there are ${quoteNames(SIDES)}`);
    if (madeOf !== fingerprint) otherData = madeOf;
    placed.add(path);
    sides[side].push(sample);
  }
  const left = dataset.samples.find((sample) => !placed.has(sample.id));
  if (left) {
    throw new DatasetError(`"${left.id}" is in no part of the split: it was made of other data; split anew`, {
      subject: left.id,
    });
  }
  if (otherData !== undefined) {
    throw new DatasetError(
      `the split's fingerprint is "${otherData}", the data's "${fingerprint}": it was made of other data; split anew`,
    );
  }
  const { classNames } = dataset;
  const on = (name: SplitName): Dataset => ({ classNames, samples: sides[name] });
  const result = {
    train: on('train'),
    validation: sides.validation.length > 0 ? on('validation') : undefined,
    test: on('test'),
  };
  requireGroupPure(result, 'group');
  return result;
}
