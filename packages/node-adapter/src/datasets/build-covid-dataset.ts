import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { csvLine, DatasetError, quoteNames, reasonOf } from '@graft-ml/core';
import { lineEnds } from './manifest/read-table.js';
import { isInside } from './walk-files.js';
import { makeFolder } from '../artifacts/make-folder.js';
import { copyFileAtomically, writeFileAtomically } from '../artifacts/write-file-atomically.js';

/** What {@link buildCovidDataset} copies, from where and to where. */
export interface BuildCovidDatasetOptions {
  /** The folder with `metadata.csv` and `images/`: a clone of the public chest X-ray collection. */
  readonly clone: string;
  /** The folder for the copies; made if missing. */
  readonly out: string;
  /** The value that column `finding` must have. Default `COVID-19`. */
  readonly finding?: string | undefined;
  /** The value that column `view` must have. Default `PA`. */
  readonly view?: string | undefined;
  /**
   * A CSV file to write with the copies' paths, `label` (the finding) and `group` (the patient), for {@link loadManifest}:
   * the copies' names do not say whose they are. It must lie in a folder above the copies. Default: none.
   */
  readonly manifest?: string | undefined;
}

/** What was copied, and what was not there to copy. */
export interface CovidDatasetResult {
  /** Paths of the copies. */
  readonly copied: string[];
  /** File names of matching rows whose image is not in the clone. */
  readonly missing: string[];
}

/**
 * The notebook's `build_covid_dataset`: copies the images of matching rows of `metadata.csv` to
 * `<out>/covid19_<i>.<ext>`, with i the row's position among the matching rows, from 0; a missing image leaves a gap.
 *
 * @throws DatasetError if the metadata cannot be read, lacks a column, or names a file outside of `images/`; then nothing
 * has been copied.
 * @example `const { copied, missing } = await buildCovidDataset({ clone: 'covid-chestxray-dataset', out: 'dataset/covid' });`
 */
export async function buildCovidDataset(options: BuildCovidDatasetOptions): Promise<CovidDatasetResult> {
  const { clone, out, finding = 'COVID-19', view = 'PA' } = options;
  const rows = await readMetadata(join(clone, 'metadata.csv'));
  const matching = rows.filter((row) => row.finding === finding && row.view === view);
  const names = matching.map((row) => row.filename);
  if (options.manifest !== undefined) requireAbove(options.manifest, out);
  for (const name of names) requireBareName(name, clone);

  const images = join(clone, 'images');
  const sources = await Promise.all(names.map((name) => findImage(images, name)));
  await makeFolder(out);
  const copied: string[] = [];
  const missing: string[] = [];
  const listed: string[][] = [];
  for (const [i, { filename: name, patient }] of matching.entries()) {
    const source = sources[i];
    if (source === undefined) {
      missing.push(name);
      continue;
    }
    const target = join(out, `covid19_${i}${extname(name)}`);
    await copyFileAtomically(source, target, { durable: false });
    copied.push(target);
    listed.push([target, finding, patient]);
  }
  if (options.manifest !== undefined) await writeManifest(options.manifest, listed);
  return { copied, missing };
}

function requireAbove(manifest: string, out: string): void {
  if (isInside(resolve(out), dirname(resolve(manifest)))) return;
  throw new RangeError(`${manifest} does not lie above ${out}; a manifest names files below its own folder`);
}

async function writeManifest(file: string, rows: readonly string[][]): Promise<void> {
  const root = dirname(resolve(file));
  const portable = rows.map(([path = '', ...rest]) => [relative(root, resolve(path)).replaceAll(sep, '/'), ...rest]);
  const text = [['path', 'label', 'group'], ...portable].map((row) => `${csvLine(row)}\n`).join('');
  await writeFileAtomically(file, new TextEncoder().encode(text));
}

interface MetadataRow {
  readonly finding: string;
  readonly view: string;
  readonly filename: string;
  /** Column `patientid`; '' without one. */
  readonly patient: string;
}

const COLUMNS = ['finding', 'view', 'filename'] as const;

async function readMetadata(path: string): Promise<MetadataRow[]> {
  let text;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new DatasetError(`${path} cannot be read; name the folder of the clone, which holds metadata.csv`, {
      subject: path,
      cause: error,
    });
  }
  const { parse } = await import('csv-parse/sync');
  let records: string[][];
  try {
    records = parse(text, {
      bom: true,
      record_delimiter: [...lineEnds],
      relax_column_count: true,
      skip_empty_lines: true,
    });
  } catch (error) {
    const reason = reasonOf(error);
    throw new DatasetError(`${path} is no valid CSV: ${reason}`, { subject: path, cause: error });
  }
  const header = records[0] ?? [];
  const absent = COLUMNS.filter((column) => !header.includes(column));
  if (absent.length > 0) {
    throw new DatasetError(`${path} lacks the columns ${quoteNames(absent)}; it has ${quoteNames(header)}`, {
      subject: path,
    });
  }
  const cell = (record: string[], column: string) => record[header.indexOf(column)] ?? '';
  return records.slice(1).map((record) => ({
    finding: cell(record, 'finding'),
    view: cell(record, 'view'),
    filename: cell(record, 'filename'),
    patient: cell(record, 'patientid'),
  }));
}

/** File names come from outside: none may lead out of `images/`, or put anything odd into the copy's name. */
function requireBareName(name: string, clone: string): void {
  const isBare = name !== '' && !/[/\\\0]/.test(name) && name !== '.' && name !== '..';
  if (isBare && /^(\.[A-Za-z0-9]+)?$/.test(extname(name))) return;
  throw new DatasetError(
    `${join(clone, 'metadata.csv')} names the file ${JSON.stringify(name)}, expected a plain file name in images/; correct the row`,
    { subject: name },
  );
}

/** The image's path, or undefined if it is not there. Links must stay inside `images/`. */
async function findImage(images: string, name: string): Promise<string | undefined> {
  let path;
  try {
    path = await realpath(join(images, name));
    if (!(await stat(path)).isFile()) return undefined;
  } catch {
    return undefined;
  }
  if (isInside(path, await realpath(images))) return path;
  throw new DatasetError(`${join(images, name)} is a link to ${path}, outside of images/; put the file itself there`, {
    subject: name,
  });
}
