import type { FeatureMatrix } from '../head/linear/logistic-regression.js';
import type { ImageFacts } from './image-facts.js';

/** What is known of a file without looking at its picture. */
export interface FileDescription {
  readonly facts: ImageFacts;
  /** Size of the file. */
  readonly bytes: number;
}

/** Values of one attribute that get a column of their own: the most frequent ones. */
const mostValues = 20;

/** Fewer files than this do not make a column: a classifier would learn single images by heart. */
const leastFiles = 3;

/**
 * One row for each file: sizes as logarithms, and a column for each frequent format, colour mode, size and detail. Labels have
 * no part in the choice of columns. Each column has mean 0 and standard deviation 1.
 */
export function metadataMatrix(files: readonly FileDescription[]): FeatureMatrix {
  const columns = [...numbers(files), ...categories(files)].map(standardize).filter((column) => column !== undefined);
  const data = new Float64Array(files.length * columns.length);
  for (const [place, column] of columns.entries()) {
    for (const [row, value] of column.entries()) data[row * columns.length + place] = value;
  }
  return { data, rows: files.length, columns: columns.length };
}

function numbers(files: readonly FileDescription[]): number[][] {
  const of = (measure: (file: FileDescription) => number) =>
    files.map((file) => Math.log(Math.max(1e-9, measure(file))));
  return [
    of(({ facts }) => facts.height),
    of(({ facts }) => facts.width),
    of(({ facts }) => facts.width / facts.height),
    of(({ facts }) => facts.width * facts.height),
    of(({ bytes }) => bytes),
    of(({ facts, bytes }) => bytes / (facts.width * facts.height)),
  ];
}

function categories(files: readonly FileDescription[]): number[][] {
  const attributes = files.map(({ facts }): Readonly<Record<string, string>> => ({
    ...Object.fromEntries(Object.entries(facts.details ?? {}).map(([name, value]) => [`detail ${name}`, value])),
    format: facts.format,
    colorMode: facts.colorMode,
    size: `${facts.height}×${facts.width}`,
  }));
  const names = new Set(attributes.flatMap((values) => Object.keys(values)));
  return [...names].sort().flatMap((name) => {
    const counts = new Map<string, number>();
    for (const { [name]: value = '' } of attributes) counts.set(value, (counts.get(value) ?? 0) + 1);
    const frequent = [...counts]
      .filter(([, count]) => count >= leastFiles && count < files.length)
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, mostValues);
    return frequent.map(([wanted]) => attributes.map(({ [name]: value = '' }) => Number(value === wanted)));
  });
}

/** Undefined for a column that does not vary. */
function standardize(column: readonly number[]): number[] | undefined {
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
  const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
  if (!(variance > 1e-12)) return undefined;
  return column.map((value) => (value - mean) / Math.sqrt(variance));
}
