import type { ConfusionMatrix } from './confusion-matrix.js';
import { formatFixed, padLeft } from './format-number.js';
import { refuse } from './refuse.js';

/** Options of {@link formatConfusionMatrix}. */
export interface FormatConfusionMatrixOptions {
  /** Names to print instead of the labels, in the same order. */
  readonly targetNames?: readonly string[] | undefined;
  /** A word over the columns, such as `Predictions`, two tab stops of eight from the left. Default: none. */
  readonly header?: string | undefined;
  /** Prints whole numbers with a decimal point, as pandas prints a normalised matrix. Default: only if some entry is not whole. */
  readonly float?: boolean | undefined;
}

/**
 * Prints a confusion matrix as pandas prints `DataFrame(matrix, index=labels, columns=labels)`.
 *
 * @param confusion - The classes and the matrix, shape `[numClasses, numClasses]`, as `confusionMatrix` returns them.
 * @returns The lines of `DataFrame.to_string()`, joined by line breaks, with no break at the end.
 * @throws RangeError if the matrix and its names do not have the same size.
 * @see pandas `DataFrame.to_string` (oracle: oracles/metrics.py)
 * @example
 * formatConfusionMatrix({ labels: ['a', 'b'], matrix: [[1, 0], [1, 1]] }); // "   a  b\na  1  0\nb  1  1"
 */
export function formatConfusionMatrix(confusion: ConfusionMatrix, options: FormatConfusionMatrixOptions = {}): string {
  const { matrix, labels } = confusion;
  const { targetNames, header } = options;
  const names = targetNames ?? labels;
  if (names.length !== matrix.length || matrix.some((row) => row.length !== names.length)) {
    refuse(
      `the matrix has ${matrix.length} rows but there are ${names.length} names; expected a square matrix and one name for each class`,
    );
  }
  const heads = nameCells(names);
  const float = options.float ?? matrix.flat().some((value) => !Number.isInteger(value));
  const columns = heads.map((head, j) => {
    const values = matrix.map((row) => row[j] as number);
    return alignRight([head, ...(float ? formatColumn(values) : values.map(String))]);
  });
  const index = ['', ...heads];
  const width = longest(index);
  const lines = index.map((name, i) =>
    [name + ' '.repeat(width - [...name].length), ...columns.map((column) => column[i])].join('  '),
  );
  return [...(header === undefined ? [] : [padLeft(header, 16 + [...header].length)]), ...lines].join('\n');
}

function longest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, [...text].length), 0);
}

function alignRight(texts: readonly string[]): string[] {
  const width = longest(texts);
  return texts.map((text) => padLeft(text, width));
}

/** Escapes control characters in strings; lines numbers up on the left, with room for the sign where some are negative. */
function nameCells(names: readonly (string | number)[]): string[] {
  const escapes: Record<string, string> = { '\t': '\\t', '\r': '\\r', '\n': '\\n' };
  const signed = names.some((name) => typeof name === 'number' && name < 0);
  const texts = names.map((name) => (signed && Number(name) >= 0 ? ` ${name}` : String(name)));
  const width = longest(texts);
  return texts.map((text, i) =>
    typeof names[i] === 'number'
      ? text.padEnd(width)
      : text.replace(/[\t\r\n]/g, (control) => escapes[control] as string),
  );
}

/** Six decimals less the zeros that all share; scientific notation if a number would vanish or grow too long. */
function formatColumn(values: readonly number[]): string[] {
  let texts = values.map((value) => formatFixed(value, 6));
  while (texts.every((text) => text.endsWith('0') && !text.endsWith('.0')))
    texts = texts.map((text) => text.slice(0, -1));
  const tooSmall = values.some((value) => value > 0 && value < 1e-6);
  const tooLarge = values.some((value) => value > 1e6) && longest(texts) > 11;
  if (!tooSmall && !tooLarge) return texts;
  return values.map((value) => value.toExponential(6).replace(/e(.)(\d)$/, 'e$10$2'));
}
