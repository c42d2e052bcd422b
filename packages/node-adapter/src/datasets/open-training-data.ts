import { readFile, stat } from 'node:fs/promises';
import {
  DatasetError,
  plainCell,
  reasonOf,
  splitDataset,
  splitFromCsv,
  type Dataset,
  type DatasetSplit,
  type FeatureCache,
  type ImageSource,
  type ProgressListener,
} from '@graft-ml/core';
import { groupByPatient } from './group-by-patient.js';
import { groupByRule, parseGrouping, withGroups, type Grouping } from './grouping.js';
import { groupByNearDuplicates } from './near-duplicates/group-by-near-duplicates.js';
import { openDataset, type OpenDatasetOptions } from './open-dataset.js';
import { readTable } from './manifest/read-table.js';

/** How a data set is opened and divided: the flags that `graft train` and `graft split` share. */
export interface DataSettings extends Omit<OpenDatasetOptions, 'signal'> {
  /** What must not stand on two sides, as {@link parseGrouping} reads it. Default: the manifest's groups, if it has any. */
  readonly groupBy?: string | undefined;
  /** A file with a split that was made before, from {@link splitToCsv}. Default: a new split. */
  readonly split?: string | undefined;
  readonly testSize?: number | undefined;
  readonly validationSize?: number | undefined;
  readonly seed: number;
}

/** The surroundings of {@link openTrainingData}. */
export interface DataContext {
  /** Reads images, where a grouping has to look at them. */
  readonly images: ImageSource;
  /** Remembers how images look. None by default. */
  readonly cache?: FeatureCache | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  readonly onNote?: ((message: string) => void) | undefined;
}

/** A data set and its sides. */
export interface TrainingData {
  readonly dataset: Dataset;
  readonly split: DatasetSplit;
}

/**
 * Opens, groups and divides a data set.
 * @throws DatasetError for data that cannot be used so, and for a split that was made of other data; RangeError for
 * settings that contradict each other; AbortedError.
 */
export async function openTrainingData(
  location: string,
  settings: DataSettings,
  context: DataContext,
): Promise<TrainingData> {
  const { testSize, validationSize, seed, split: splitFile } = settings;
  const dataset = await openGrouped(location, settings, context);
  if (splitFile !== undefined) return readSplitFile(splitFile, dataset);
  return { dataset, split: splitDataset(dataset, { testSize, validationSize, seed, onWarning: context.onNote }) };
}

/**
 * Finds out what settings alone tell against opening a data set.
 * @returns What samples are grouped by; undefined for the manifest's groups, if it has any.
 * @throws RangeError for settings that contradict each other, and for a wrong expression.
 */
export function checkDataSettings(settings: Omit<DataSettings, 'seed'>): Grouping | undefined {
  const { groupBy, columns, split, testSize, validationSize } = settings;
  if (split !== undefined && (testSize !== undefined || validationSize !== undefined)) {
    throw new RangeError('a split that was made before has its own sizes; leave out the test and validation sizes');
  }
  const grouping = groupBy === undefined ? undefined : parseGrouping(groupBy);
  if (grouping?.by === 'column' && columns?.group !== undefined) {
    throw new RangeError('the group is named twice, as a column and by groupBy; choose one');
  }
  return grouping;
}

/** Opens a data set, and gives its samples the groups that the settings name. */
export async function openGrouped(location: string, settings: DataSettings, context: DataContext): Promise<Dataset> {
  const { root, columns, where } = settings;
  const { images, cache, signal, onNote, onProgress } = context;
  const options = { root, where, signal };
  const grouping = checkDataSettings(settings);
  if (grouping === undefined) return openDataset(location, { ...options, columns });
  if (grouping.by === 'column') {
    return openDataset(location, { ...options, columns: { ...columns, group: grouping.name } });
  }
  const dataset = await openDataset(location, { ...options, columns });
  switch (grouping.by) {
    case 'rule':
      return groupByRule(dataset, grouping.rule, onNote);
    case 'dicom-patient':
      return groupByPatient(dataset, { images, signal });
    case 'near-duplicates':
      return groupByNearDuplicates(dataset, { images, cache, signal, onProgress });
  }
}

/** Five million rows; what is larger does not fit into a text of JavaScript's. */
const mostSplitBytes = 500_000_000;

/** A split brings its groups along: they need not be found again. */
async function readSplitFile(file: string, dataset: Dataset): Promise<TrainingData> {
  let text;
  try {
    const facts = await stat(file);
    // A device may never end.
    if (!facts.isFile()) throw new Error('it is no regular file');
    if (facts.size > mostSplitBytes) throw new Error(`it has ${facts.size} bytes, more than ${mostSplitBytes}`);
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new DatasetError(`${file} cannot be read (${reasonOf(cause)}); name a split that graft split --out wrote`, {
      subject: file,
      cause,
    });
  }
  const hasGroups = dataset.samples.some((sample) => sample.group !== undefined);
  const groups = hasGroups ? undefined : await readGroups(file);
  const grouped = groups === undefined ? dataset : withGroups(dataset, (sample) => groups.get(sample.id));
  try {
    return { dataset: grouped, split: splitFromCsv(text, grouped) };
  } catch (cause) {
    throw new DatasetError(`${file}: ${reasonOf(cause)}`, { subject: file, cause });
  }
}

async function readGroups(file: string): Promise<Map<string, string> | undefined> {
  const { header, batches, close } = await readTable(file);
  try {
    const [path, group] = [header.indexOf('path'), header.indexOf('group')];
    if (path < 0 || group < 0) return undefined;
    const groups = new Map<string, string>();
    for await (const rows of batches) {
      for (const row of rows) if (row[group]) groups.set(plainCell(row[path] ?? ''), plainCell(row[group]));
    }
    return groups;
  } finally {
    close();
  }
}
