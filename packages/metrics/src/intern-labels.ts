import { checkColumns } from './columns.js';
import { compareLabels, type Label, type Labels } from './label.js';
import { refuse } from './refuse.js';

/** Columns of labels as integer codes into one sorted list. */
export interface InternedLabels {
  /** The labels that occur in any of the columns, sorted as scikit-learn sorts them. */
  readonly labels: Label[];
  /** For each column, the position of each sample's label in `labels`. */
  readonly codes: Int32Array[];
  /** How many samples there are. */
  readonly n: number;
}

/**
 * Replaces labels by small integers, so that every metric counts with array indices and looks at each label once.
 *
 * @throws RangeError if lengths differ, a column is empty, a weight is negative or a label is no integer.
 * @throws TypeError if a label is neither a string nor a number, or if both kinds occur.
 */
export function internLabels(
  columns: Readonly<Record<string, Labels>>,
  sampleWeight?: ArrayLike<number>,
): InternedLabels {
  const n = checkColumns(columns, sampleWeight);
  const seen = new Map<unknown, number>();
  const found: Label[] = [];
  const codes = Object.entries(columns).map(([name, column]) => {
    const out = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      const label = column[i];
      let code = seen.get(label);
      if (code === undefined) {
        checkLabel(label, found[0], `${name}[${i}]`);
        code = found.push(label) - 1;
        seen.set(label, code);
      }
      out[i] = code;
    }
    return out;
  });

  const labels = [...found].sort(compareLabels);
  if (labels.some((label, i) => label !== found[i])) {
    const position = new Map(labels.map((label, i) => [label, i]));
    const rank = Int32Array.from(found, (label) => position.get(label) as number);
    for (const column of codes) {
      for (let i = 0; i < n; i++) column[i] = rank[column[i] as number] as number;
    }
  }
  return { labels, codes, n };
}

function checkLabel(label: unknown, first: Label | undefined, where: string): asserts label is Label {
  const isString = typeof label === 'string';
  if (!isString && typeof label !== 'number') {
    throw new TypeError(`${where} is ${String(label)} (${typeof label}); expected a string or an integer`);
  }
  if (!isString && !Number.isInteger(label)) {
    refuse(`${where} is ${label}; expected a class label, a string or an integer; pass classes here, not scores`);
  }
  if (first !== undefined && typeof first !== typeof label) {
    throw new TypeError(
      `${where} is the ${typeof label} ${JSON.stringify(label)} but other labels are ${typeof first}s; use one kind`,
    );
  }
}
