import { expect } from 'vitest';
import * as metrics from '@graft-ml/metrics';

/** A data set of the golden files. */
export interface GoldenData {
  readonly yTrue: (string | number)[];
  readonly yPred?: (string | number)[];
  readonly yScore?: number[] | number[][];
  readonly sampleWeight?: number[];
}

/** What a reference implementation returned for one function, data set and options. */
export interface GoldenCase {
  readonly dataset: string;
  readonly fn: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly expected: unknown;
}

/** A golden file. */
export interface Golden {
  readonly datasets: Readonly<Record<string, GoldenData>>;
  readonly cases: readonly GoldenCase[];
}

type Metric = (yTrue: unknown, other: unknown, options: Readonly<Record<string, unknown>>) => unknown;

/** Functions that the golden files call by a name of their own. */
const texts: Readonly<Record<string, Metric>> = {
  reportText: (yTrue, yPred, options) => String(report(yTrue, yPred, options)),
  reportDictionary: (yTrue, yPred, options) => report(yTrue, yPred, options).toJSON(),
  confusionText: (yTrue, yPred, { targetNames, ...options }) => {
    const confusion = metrics.confusionMatrix(yTrue as string[], yPred as string[], options);
    // pandas knows the type of its numbers; a matrix of ours may hold whole ones by chance.
    const float = Boolean(options.normalize ?? options.sampleWeight);
    return metrics.formatConfusionMatrix(confusion, { float, targetNames: targetNames as string[] | undefined });
  },
};

function report(yTrue: unknown, yPred: unknown, options: object): metrics.ClassificationReport {
  return metrics.classificationReport(yTrue as string[], yPred as string[], options);
}

/** Applies our function to a case's data. */
function compute({ datasets }: Golden, { dataset, fn, options }: GoldenCase): unknown {
  const data = datasets[dataset] as GoldenData;
  const { weighted, ...rest } = options;
  const metric = texts[fn] ?? (metrics as unknown as Record<string, Metric>)[fn];
  if (!metric) throw new Error(`no function ${fn}`);
  const zeroDivision = rest.zeroDivision === 'NaN' ? NaN : rest.zeroDivision;
  const sampleWeight = weighted ? data.sampleWeight : undefined;
  return metric(data.yTrue, data.yPred ?? data.yScore, { ...rest, zeroDivision, sampleWeight });
}

/** How {@link expectClose} names what it compares, and how far numbers may be apart (relative to those above 1). */
interface Comparison {
  readonly where: string;
  readonly tolerance?: number;
}

/** Compares strings exactly and numbers to 1e-12, through arrays and the keys of `expected`. */
export function expectClose(actual: unknown, expected: unknown, { where, tolerance = 1e-12 }: Comparison): void {
  if (typeof actual === 'number') {
    const number = typeof expected === 'string' ? Number(expected) : (expected as number);
    const same = Object.is(actual, number) || Math.abs(actual - number) <= tolerance * Math.max(1, Math.abs(number));
    expect(same, `${where}: ${actual} is not ${number}`).toBe(true);
  } else if (Array.isArray(expected)) {
    expect((actual as unknown[]).length, `${where}: length`).toBe(expected.length);
    for (const [i, entry] of expected.entries()) {
      expectClose((actual as unknown[])[i], entry, { where: `${where}[${i}]`, tolerance });
    }
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [key, entry] of Object.entries(expected)) {
      expectClose((actual as Record<string, unknown>)[key], entry, { where: `${where}.${key}`, tolerance });
    }
  } else {
    expect(actual, where).toBe(expected);
  }
}

/** Checks one case; the message names it. */
export function expectGolden(golden: Golden, one: GoldenCase): void {
  const { fn, options, dataset } = one;
  const counts = fn.endsWith('onfusionMatrix') && !options.weighted && !options.normalize;
  const where = `${fn} of "${dataset}" ${JSON.stringify(options)}`;
  expectClose(compute(golden, one), one.expected, { where, tolerance: counts ? 0 : 1e-12 });
}
