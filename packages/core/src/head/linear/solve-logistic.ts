import { minimizeLogistic } from './minimize-logistic.js';
import { centredDesign, checkTrainingRows, classShares, sampleWeights, startingCurvature } from './training-rows.js';
import type { FeatureMatrix, LogisticRegression, LogisticRegressionOptions } from './logistic-regression.js';

/** What `logisticRegression` does, once it is there. */
export async function solveLogistic(
  features: FeatureMatrix,
  labels: ArrayLike<number>,
  options: LogisticRegressionOptions,
): Promise<LogisticRegression> {
  const { classes, c = 1, fitIntercept = true, tolerance = 1e-6, maxIterations = 10_000, start } = options;
  requirePositive('c', c);
  requirePositive('tolerance', tolerance);
  requirePositive('maxIterations', maxIterations);
  checkTrainingRows(features, labels, classes);
  const weights = sampleWeights(labels, options);
  const outputs = classes === 2 ? 1 : classes;
  const { columns } = features;
  const { design, means } = centredDesign(features, weights, fitIntercept);
  const shares = classShares(labels, weights, classes);
  const ridge = new Float64Array(design.columns).fill(1 / c);
  if (fitIntercept) ridge[columns] = 0;
  const minimum = await minimizeLogistic(
    {
      design,
      targets: { labels, weights },
      outputs,
      ridge,
      curvature: startingCurvature(design, { weights, ridge, shares }),
    },
    startingPoint(),
    { tolerance, maxIterations, signal: options.signal },
  );
  const { objective, iterations, converged } = minimum;
  return { ...unpack(minimum.coefficients), classes, objective, iterations, converged };

  function startingPoint(): Float64Array {
    const result = new Float64Array(outputs * design.columns);
    const logs = shares.map(Math.log);
    const middle = logs.reduce((sum, value) => sum + value, 0) / classes;
    for (let output = 0; output < outputs; output++) {
      const at = output * design.columns;
      if (fitIntercept) result[at + columns] = outputs === 1 ? logs[1]! - logs[0]! : logs[output]! - middle;
      if (start === undefined) continue;
      result.set(start.coefficients.subarray(output * columns, (output + 1) * columns), at);
      if (fitIntercept) result[at + columns] = start.intercepts[output]! + shift(result, at);
    }
    return result;
  }

  /** What the means of the features add to a score. */
  function shift(packed: Float64Array, at: number): number {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += packed[at + column]! * means[column]!;
    return sum;
  }

  function unpack(packed: Float64Array): Pick<LogisticRegression, 'coefficients' | 'intercepts'> {
    const coefficients = new Float64Array(outputs * columns);
    const intercepts = new Float64Array(outputs);
    for (let output = 0; output < outputs; output++) {
      const at = output * design.columns;
      coefficients.set(packed.subarray(at, at + columns), output * columns);
      if (fitIntercept) intercepts[output] = packed[at + columns]! - shift(packed, at);
    }
    // One number added to every intercept changes nothing: that they sum to 0 settles it, as in scikit-learn.
    const middle = outputs === 1 ? 0 : intercepts.reduce((sum, value) => sum + value, 0) / outputs;
    return { coefficients, intercepts: intercepts.map((value) => value - middle) };
  }
}

function requirePositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} is ${value}; expected a number above 0`);
}
