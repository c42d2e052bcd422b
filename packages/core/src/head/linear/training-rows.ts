import type { ClassWeight, FeatureMatrix } from './logistic-regression.js';
import { rowsAtOnce, type Design } from './matrix-products.js';

/** @throws RangeError for features that are not finite, labels that are no class indices, or a class without samples. */
export function checkTrainingRows(features: FeatureMatrix, labels: ArrayLike<number>, classes: number): void {
  const { data, rows, columns } = features;
  if (!Number.isInteger(classes) || classes < 2) throw new RangeError(`classes is ${classes}; expected 2 or more`);
  if (data.length !== rows * columns || labels.length !== rows) {
    throw new RangeError(
      `there are ${data.length} feature values and ${labels.length} labels; expected ${rows} rows of ${columns} values`,
    );
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(
      `feature ${bad % columns} of sample ${Math.floor(bad / columns)} is ${data[bad]}; check the image and the weights`,
    );
  }
  const counts = new Array<number>(classes).fill(0);
  for (let row = 0; row < rows; row++) {
    const label = labels[row]!;
    if (counts[label] === undefined) {
      throw new RangeError(`label ${label} of sample ${row} is no class index from 0 to ${classes - 1}`);
    }
    counts[label] += 1;
  }
  const empty = counts.indexOf(0);
  if (empty >= 0) throw new RangeError(`class ${empty} has no sample; give each class at least one`);
}

/**
 * How much each sample counts: its own weight times its class's.
 * @throws RangeError for a weight that is negative or no number, or a class that counts nothing.
 */
export function sampleWeights(
  labels: ArrayLike<number>,
  options: {
    readonly classes: number;
    readonly classWeight?: ClassWeight | undefined;
    readonly sampleWeight?: ArrayLike<number> | undefined;
  },
): Float64Array {
  const { classes, classWeight, sampleWeight } = options;
  const weights = new Float64Array(labels.length).fill(1);
  if (sampleWeight !== undefined) {
    if (sampleWeight.length !== labels.length) {
      throw new RangeError(`there are ${sampleWeight.length} sample weights for ${labels.length} samples`);
    }
    weights.set(sampleWeight);
  }
  requireWeights('sample', weights);
  const sums = classSums(labels, weights, classes);
  const total = sums.reduce((sum, value) => sum + value, 0);
  const byClass = classWeight === 'balanced' ? sums.map((sum) => total / (classes * sum)) : classWeight;
  const empty = sums.indexOf(0);
  if (empty >= 0) throw new RangeError(`the samples of class ${empty} weigh nothing together; give it some weight`);
  if (byClass === undefined) return weights;
  if (byClass.length !== classes) {
    throw new RangeError(`there are ${byClass.length} class weights for ${classes} classes`);
  }
  requireWeights('class', byClass);
  const unweighted = byClass.indexOf(0);
  if (unweighted >= 0)
    throw new RangeError(`class weight ${unweighted} is 0; remove the class, or give it some weight`);
  return weights.map((weight, row) => weight * byClass[labels[row]!]!);
}

function requireWeights(what: string, weights: ArrayLike<number>): void {
  const bad = Array.from(weights).findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (bad >= 0) throw new RangeError(`${what} weight ${bad} is ${weights[bad]}; expected a number of 0 or more`);
}

/** Each class's share of the weight. */
export function classShares(labels: ArrayLike<number>, weights: Float64Array, classes: number): number[] {
  const sums = classSums(labels, weights, classes);
  const total = sums.reduce((sum, value) => sum + value, 0);
  return sums.map((sum) => sum / total);
}

function classSums(labels: ArrayLike<number>, weights: Float64Array, classes: number): number[] {
  const sums = new Array<number>(classes).fill(0);
  for (let row = 0; row < labels.length; row++) sums[labels[row]!]! += weights[row]!;
  return sums;
}

/**
 * Copies features into a design. With an intercept each column has its mean taken off, which the intercept makes up for
 * exactly, and a last column of ones is added: so no feature leans on the intercept, and the descent is short.
 */
export function centredDesign(
  features: FeatureMatrix,
  weights: Float64Array,
  fitIntercept: boolean,
): { readonly design: Design; readonly means: Float64Array } {
  const { data, rows, columns } = features;
  const means = new Float64Array(columns);
  if (fitIntercept) {
    const total = weights.reduce((sum, value) => sum + value, 0);
    for (let row = 0; row < rows; row++) {
      const share = weights[row]! / total;
      for (let column = 0; column < columns; column++) means[column]! += share * data[row * columns + column]!;
    }
  }
  const width = fitIntercept ? columns + 1 : columns;
  const paddedRows = Math.ceil(rows / rowsAtOnce) * rowsAtOnce;
  const values = new Float64Array(paddedRows * width);
  for (let row = 0; row < rows; row++) {
    const [from, to] = [row * columns, row * width];
    for (let column = 0; column < columns; column++) values[to + column] = data[from + column]! - means[column]!;
    if (fitIntercept) values[to + columns] = 1;
  }
  return { design: { data: values, rows, paddedRows, columns: width }, means };
}

/** The second derivatives of the loss by each column where no feature has had its say yet. */
export function startingCurvature(
  design: Design,
  context: { readonly weights: Float64Array; readonly ridge: Float64Array; readonly shares: readonly number[] },
): Float64Array {
  const { weights, ridge, shares } = context;
  const spread = shares.reduce((sum, share) => sum + share * (1 - share), 0) / shares.length;
  const result = ridge.slice();
  for (let row = 0; row < design.rows; row++) {
    const factor = spread * weights[row]!;
    for (let column = 0; column < design.columns; column++) {
      result[column]! += factor * design.data[row * design.columns + column]! ** 2;
    }
  }
  return result;
}
