import { chooseLabels } from './choose-labels.js';
import { checkColumns } from './columns.js';
import { internLabels } from './intern-labels.js';
import type { Label, Labels } from './label.js';
import { sum } from './sum.js';

/** What one pass over the samples tells about each class, taken against all others. */
export interface ClassCounts {
  /** The classes, in the order of the arrays below. */
  readonly labels: Label[];
  /** Samples of the class that were predicted as such. */
  readonly hits: ArrayLike<number>;
  /** Samples predicted as the class. */
  readonly predicted: ArrayLike<number>;
  /** Samples that are of the class. */
  readonly actual: ArrayLike<number>;
  /** All samples. */
  readonly total: number;
}

/** {@link ClassCounts} of chosen classes. */
export interface ChosenClassCounts extends ClassCounts {
  readonly hits: number[];
  readonly predicted: number[];
  readonly actual: number[];
  /** Every label that occurs, sorted, also those that were not chosen. */
  readonly present: Label[];
  /** Whether any sample of any class, chosen or not, was predicted right. */
  readonly anyHit: boolean;
}

/** Counts (or adds up weights) once for all metrics that compare one class with the rest. */
export function countClasses(
  yTrue: Labels,
  yPred: Labels,
  options: { labels?: Labels | undefined; sampleWeight?: ArrayLike<number> | undefined },
): ChosenClassCounts {
  const { sampleWeight } = options;
  checkColumns({ yTrue, yPred }, sampleWeight);
  const counts =
    (sampleWeight || yTrue.length < tableSize / 8 ? undefined : countSmallIntegers(yTrue, yPred)) ??
    countLabels(yTrue, yPred, sampleWeight);
  const present = counts.labels;
  const { labels, positions } = chooseLabels(present, options.labels);
  const hits = positions.map((at) => counts.hits[at] ?? 0);
  // scikit-learn keeps misses, not totals. Adding them back rounds as it does, so that printed digits agree.
  const throughMisses = (totals: ArrayLike<number>) =>
    hits.map((hit, i) => hit + ((totals[positions[i] as number] ?? 0) - hit));
  return {
    labels,
    hits,
    predicted: throughMisses(counts.predicted),
    actual: throughMisses(counts.actual),
    total: counts.total,
    present,
    anyHit: Array.from(counts.hits).some((hit) => hit > 0),
  };
}

function countLabels(yTrue: Labels, yPred: Labels, sampleWeight: ArrayLike<number> | undefined): ClassCounts {
  const { labels, codes, n } = internLabels({ yTrue, yPred });
  const [trueCodes, predCodes] = codes as [Int32Array, Int32Array];
  const hits = new Float64Array(labels.length);
  const predicted = new Float64Array(labels.length);
  const actual = new Float64Array(labels.length);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const weight = sampleWeight ? (sampleWeight[i] as number) : 1;
    const truth = trueCodes[i] as number;
    const guess = predCodes[i] as number;
    total += weight;
    actual[truth] = (actual[truth] as number) + weight;
    predicted[guess] = (predicted[guess] as number) + weight;
    if (truth === guess) hits[truth] = (hits[truth] as number) + weight;
  }
  return { labels, hits, predicted, actual, total };
}

const tableSize = 256 * 256;

/** Pairs of numbers from 0 to 255 address a table directly, which for many samples is five times as fast as looking labels up. */
function countSmallIntegers(yTrue: Labels, yPred: Labels): ClassCounts | undefined {
  const table = new Int32Array(tableSize);
  const n = yTrue.length;
  for (let i = 0; i < n; i++) {
    const truth = yTrue[i];
    const guess = yPred[i];
    if (typeof truth !== 'number' || typeof guess !== 'number') return undefined;
    if ((truth & 255) !== truth || (guess & 255) !== guess) return undefined;
    const cell = (truth << 8) | guess;
    table[cell] = (table[cell] as number) + 1;
  }
  const byte = Array.from({ length: 256 }, (_, label) => label);
  const at = (truth: number, guess: number) => table[(truth << 8) | guess] as number;
  const actual = byte.map((label) => byte.reduce((count, guess) => count + at(label, guess), 0));
  const predicted = byte.map((label) => byte.reduce((count, truth) => count + at(truth, label), 0));
  const labels = byte.filter((label) => (actual[label] as number) + (predicted[label] as number) > 0);
  const pick = (counts: readonly number[]) => labels.map((label) => counts[label] as number);
  return {
    labels,
    hits: labels.map((label) => at(label, label)),
    predicted: pick(predicted),
    actual: pick(actual),
    total: n,
  };
}

/** Pools all classes into one, for the micro average. */
export function poolClasses(counts: ChosenClassCounts): ChosenClassCounts {
  const { hits, predicted, actual, total, labels } = counts;
  return {
    ...counts,
    hits: [sum(hits)],
    predicted: [sum(predicted)],
    actual: [sum(actual)],
    total: total * labels.length,
  };
}
