import { logisticLogits } from '../head/linear/logistic-logits.js';
import { logisticRegression, type FeatureMatrix } from '../head/linear/logistic-regression.js';
import type { ProbePlan } from './probe-plan.js';
import { rowCoordinates } from './row-coordinates.js';

/** Settings of {@link crossValidateRows}. */
export interface RowsOptions {
  /** Inverse strength of the penalty, for features that vary by 1 on average. */
  readonly c: number;
  readonly signal?: AbortSignal | undefined;
}

/** Of the largest coefficient: accuracies differ by 0.001 at most from those of an exact solution. */
const tolerance = 1e-2;

/**
 * Trains and tests a logistic regression on every fold. Features are brought to one scale, so that they vary by 1 on average
 * over the fold's training side, as in the `linear` head.
 *
 * @param features - A row for each of the plan's places.
 * @returns For each row and class the share of repeats in which the row was taken for the class: shape `[rows, classes]`.
 * @see scikit-learn `LogisticRegression` within `RepeatedStratifiedKFold` (oracle: oracles/audit.py)
 */
export async function crossValidateRows(
  features: FeatureMatrix,
  plan: ProbePlan,
  options: RowsOptions,
): Promise<Float64Array> {
  const classes = plan.classNames.length;
  const votes = new Float64Array(features.rows * classes);
  // The penalty does not see how axes are turned: coordinates within the rows' own space give the same classifier.
  const rows = features.columns > features.rows ? rowCoordinates(features) : features;
  for (const { train, test } of plan.folds) {
    const fit = { ...options, ...plan, dimensions: features.columns };
    const model = await fitRows(pickRows(rows, train), pick(plan.labels, train), fit);
    const logits = logisticLogits(model, pickRows(rows, test));
    for (const [place, row] of test.entries()) {
      votes[row * classes + argmax(logits, place * classes, classes)]! += 1 / plan.nRepeats;
    }
  }
  return votes;
}

/**
 * A logistic regression on features that are brought to one scale; its coefficients are for features as they are given.
 * @param options.dimensions - How many columns the features had before they were given as coordinates.
 */
export async function fitRows(
  features: FeatureMatrix,
  labels: readonly number[],
  options: RowsOptions & Pick<ProbePlan, 'classNames' | 'metric'> & { readonly dimensions: number },
): ReturnType<typeof logisticRegression> {
  const { c, signal, classNames, metric, dimensions } = options;
  const scale = spreadOf(features, dimensions);
  const data = Float64Array.from(features.data);
  for (let i = 0; i < data.length; i++) data[i]! /= scale;
  const classWeight = metric === 'balancedAccuracy' ? 'balanced' : undefined;
  const solver = { classes: classNames.length, c, classWeight, tolerance, signal } as const;
  const model = await logisticRegression({ ...features, data }, labels, solver);
  return { ...model, coefficients: model.coefficients.map((value) => value / scale) };
}

/** The root of the mean variance over all dimensions; 1 where nothing varies. */
function spreadOf({ data, rows, columns }: FeatureMatrix, dimensions: number): number {
  const means = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) means[i % columns]! += data[i]!;
  let sum = 0;
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) sum += (data[i]! - means[column]! / rows) ** 2;
  }
  const spread = Math.sqrt(sum / (rows * dimensions));
  return spread > 1e-12 ? spread : 1;
}

/** The rows at some places, in their order. */
export function pickRows({ data, columns }: FeatureMatrix, rows: readonly number[]): FeatureMatrix {
  const picked = new Float64Array(rows.length * columns);
  for (const [place, row] of rows.entries()) {
    picked.set(data.subarray(row * columns, (row + 1) * columns), place * columns);
  }
  return { data: picked, rows: rows.length, columns };
}

function pick<Item>(items: readonly Item[], places: readonly number[]): Item[] {
  return places.map((place) => items[place]!);
}

function argmax(values: Float64Array, from: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[from + i]! > values[from + best]!) best = i;
  return best;
}
