/** A class or group as scikit-learn would be given it. */
export type StratumLabel = string | number;

/** Labels as whole numbers. */
export interface LabelCodes {
  /** The different labels in numpy's order: numbers by value, strings by code points. */
  readonly values: readonly StratumLabel[];
  /** For each item, the place of its label in `values`. */
  readonly codes: Int32Array;
  /** How many items have each label. */
  readonly counts: Int32Array;
}

/**
 * Numbers labels as numpy's `unique(labels, return_inverse=True, return_counts=True)`.
 * @param name - What the labels are called in messages.
 * @throws TypeError if strings and numbers are mixed; RangeError for a number that is not finite.
 */
export function encodeLabels(name: string, labels: readonly StratumLabel[]): LabelCodes {
  const firstCodes = new Map<StratumLabel, number>();
  const arrival = new Int32Array(labels.length);
  for (const [index, label] of labels.entries()) {
    let code = firstCodes.get(label);
    if (code === undefined) {
      if (typeof label === 'number' && !Number.isFinite(label)) {
        throw new RangeError(`${name}[${index}] is ${label}; pass finite numbers or strings`);
      }
      code = firstCodes.size;
      firstCodes.set(label, code);
    }
    arrival[index] = code;
  }
  const seen = [...firstCodes.keys()];
  if (new Set(seen.map((label) => typeof label)).size > 1) {
    throw new TypeError(`${name} mixes strings and numbers; pass labels of one kind`);
  }
  const values = sortLabels(seen);
  const sorted = new Int32Array(values.length);
  for (const [place, value] of values.entries()) sorted[firstCodes.get(value)!] = place;
  const codes = arrival.map((code) => sorted[code]!);
  const counts = new Int32Array(values.length);
  for (const code of codes) counts[code]! += 1;
  return { values, codes, counts };
}

/** numpy's order: numbers by value, strings by code points; which is that of code units unless there are surrogates. */
function sortLabels(labels: readonly StratumLabel[]): StratumLabel[] {
  const plain = labels.every((label) => typeof label === 'string' && !surrogate.test(label));
  return plain ? [...labels].sort() : [...labels].sort(compareLabels);
}

const surrogate = /[\ud800-\udfff]/;

function compareLabels(a: StratumLabel, b: StratumLabel): number {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b);
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rankOfUnit(left) - rankOfUnit(right);
  }
  return a.length - b.length;
}

/** Puts the surrogates, which begin code points beyond U+FFFF, behind all other code units. */
function rankOfUnit(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
