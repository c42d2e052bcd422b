import { InvalidArgumentError, Option, type Command } from 'commander';
import type { DataSettings } from '../datasets/open-training-data.js';
import type { OpenDatasetOptions } from '../datasets/open-dataset.js';

/** What DATASET may be, for a command's help. */
export const DATASET_ARGUMENT =
  'folder with a sub-folder for each class, a CSV, TSV or JSON file of rows, or a pattern';

/** The flags that say how a manifest is read. */
export type DatasetFlags = Pick<DataSettings, 'root' | 'columns' | 'where'>;

/** Adds the flags that say how a manifest is read. */
export function addDatasetOptions(command: Command): Command {
  return command
    .option('--root <folder>', 'of a file of rows: what its paths are relative to; its own folder by default')
    .addOption(
      new Option(
        '--columns <field=name,…>',
        'of a file of rows: columns not called path, label, group, split, weight; e.g. label=finding',
      ).argParser(parseColumns),
    )
    .addOption(
      new Option('--where <column=value>', 'of a file of rows: rows to keep; may be given again').argParser(
        collectWhere,
      ),
    );
}

/** Adds the flags that say how a data set is divided. */
export function addSplitOptions(command: Command): Command {
  return command.option(
    '--group-by <rule>',
    'keeps together: group, a column, /pattern/ on the path, near-duplicates, or dicom-patient',
  );
}

/** The flags for a manifest out of all flags of a command. */
export function datasetOptions({ root, columns, where }: DatasetFlags): OpenDatasetOptions {
  return { root, columns, where };
}

function parseColumns(text: string): NonNullable<DatasetFlags['columns']> {
  return Object.fromEntries(text.split(',').map((pair) => splitPair(pair)));
}

function collectWhere(
  text: string,
  earlier: Readonly<Record<string, readonly string[]>> = {},
): Readonly<Record<string, readonly string[]>> {
  const [column, value] = splitPair(text);
  return { ...earlier, [column]: [...(earlier[column] ?? []), value] };
}

function splitPair(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError(`Expected NAME=VALUE, received ${JSON.stringify(text)}.`);
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
