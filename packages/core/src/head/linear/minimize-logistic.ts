import { throwIfAborted } from '../../errors.js';
import { ClassScores, type LineValues, type Targets } from './class-scores.js';
import { CurvatureMatrix } from './curvature-matrix.js';
import { addScaled, dot, LbfgsMemory } from './lbfgs-memory.js';
import { projectRows, sumRows, type Design } from './matrix-products.js';

/** A regularised cross-entropy of linear scores. */
export interface LogisticProblem {
  readonly design: Design;
  readonly targets: Targets;
  /** 1 for two classes, else the number of classes. */
  readonly outputs: number;
  /** What `½ · ridge · w²` adds to the loss, for each column; 0 for the intercept's. */
  readonly ridge: Float64Array;
  /** Second derivatives by each column, roughly: any positive numbers do, good ones save iterations. */
  readonly curvature: Float64Array;
}

/** When {@link minimizeLogistic} ends. */
export interface MinimizeOptions {
  /** How far the coefficients may be from the minimum, beside the largest of them (or 1, if that is less). */
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly signal?: AbortSignal | undefined;
}

/** The minimum, or where the iterations ended. */
export interface Minimum {
  /** Shape `[outputs, columns]`. */
  readonly coefficients: Float64Array;
  /** Summed loss with the penalty. */
  readonly objective: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const memoryPairs = 20;
// The matrix has their square of numbers: 128 MiB.
const mostMatrixColumns = 4096;
// Scores follow the steps by addition; now and then they are computed anew, so that roundings do not pile up.
const refreshEvery = 50;
// About a tenth of a second; then timers, input and an abort have their turn.
const productsPerBreath = 2e8;

/**
 * Finds the coefficients of least loss by L-BFGS. The scores are linear in the coefficients, so a line search needs no product
 * with the design: an iteration takes two, one for the direction's scores and one for the gradient.
 *
 * @param start - Shape `[outputs, columns]`.
 */
export async function minimizeLogistic(
  problem: LogisticProblem,
  start: Float64Array,
  options: MinimizeOptions,
): Promise<Minimum> {
  const { design, outputs, ridge } = problem;
  const loss = new ClassScores(design, problem.targets, outputs);
  const [scores, moves, residuals] = [0, 1, 2].map(() => new Float64Array(outputs * design.paddedRows)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const coefficients = start.slice();
  const diagonal = repeat(problem.curvature, outputs);
  let memory = new LbfgsMemory((values) => divide(values, diagonal), { capacity: memoryPairs, rescale: true });
  // As soon as the iterations have cost as much as the matrix would: so never more than twice what the better way costs.
  const matrixAfter = design.columns > mostMatrixColumns ? Infinity : 20 + Math.ceil(design.columns / (4 * outputs));
  const penalties = repeat(ridge, outputs);
  // The penalty alone bounds how far a gradient can be from its zero. What is not penalised has its curvature, less near the end.
  const reach = repeat(
    ridge.map((value, column) => (value > 0 ? 1 / value : 10 / problem.curvature[column]!)),
    outputs,
  );
  projectRows(design, coefficients, scores);
  let { objective, gradient } = evaluate();
  let work = 0;
  for (let iteration = 0; ; iteration++) {
    const converged = distanceLeft(gradient) <= options.tolerance * Math.max(1, largest(coefficients));
    if (converged || iteration === options.maxIterations) {
      return { coefficients, objective, iterations: iteration, converged };
    }
    throwIfAborted(options.signal);
    work += 2 * outputs * design.data.length;
    if (work > productsPerBreath) {
      work = 0;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    if (iteration % matrixAfter === 0 && iteration > 0) {
      const matrix = new CurvatureMatrix(design, rowCurvatures(), ridge);
      memory = new LbfgsMemory((values) => matrix.divide(values), { capacity: memoryPairs, rescale: false });
    }
    let direction = memory.direction(gradient);
    if (!(dot(direction, gradient) < 0)) {
      memory.clear();
      direction = memory.direction(gradient);
    }
    projectRows(design, direction, moves);
    const distance = lineSearch(direction);
    if (distance === 0) {
      // Rounding hides any further descent.
      if (memory.isEmpty) return { coefficients, objective, iterations: iteration, converged: true };
      memory.clear();
      continue;
    }
    addScaled(coefficients, direction, distance);
    if (iteration % refreshEvery === refreshEvery - 1) projectRows(design, coefficients, scores);
    else addScaled(scores, moves, distance);
    const next = evaluate();
    const change = next.gradient.slice();
    addScaled(change, gradient, -1);
    for (let i = 0; i < direction.length; i++) direction[i]! *= distance;
    memory.push(direction, change);
    ({ objective, gradient } = next);
  }

  function evaluate(): { readonly objective: number; readonly gradient: Float64Array } {
    const sum = loss.residuals(scores, residuals);
    const slopes = new Float64Array(coefficients.length);
    sumRows(design, residuals, slopes);
    let penalty = 0;
    for (let i = 0; i < slopes.length; i++) {
      const w = coefficients[i]!;
      slopes[i]! += penalties[i]! * w;
      penalty += penalties[i]! * w * w;
    }
    return { objective: sum + penalty / 2, gradient: slopes };
  }

  /** For each row the largest second derivative by any of its scores, `weight · p · (1 − p)`. */
  function rowCurvatures(): Float64Array {
    const result = new Float64Array(design.paddedRows);
    const { weights } = problem.targets;
    for (let row = 0; row < design.rows; row++) {
      for (let output = 0; output < outputs; output++) {
        const residual = Math.abs(residuals[output * design.paddedRows + row]!);
        if (residual > 0) result[row] = Math.max(result[row]!, residual * (1 - residual / weights[row]!));
      }
    }
    return result;
  }

  /** No coefficient is farther from the minimum than this. */
  function distanceLeft(slopes: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < slopes.length; i++) sum += (reach[i]! * slopes[i]!) ** 2;
    return Math.sqrt(sum);
  }

  /**
   * Goes along a direction to where the loss has about its minimum: Newton's method on the slope, kept between bounds, which
   * convexity makes safe.
   * @returns 0 if no descent can be told from rounding.
   */
  function lineSearch(direction: Float64Array): number {
    let [linear, bend] = [0, 0];
    for (let i = 0; i < direction.length; i++) {
      const d = direction[i]!;
      linear += penalties[i]! * coefficients[i]! * d;
      bend += penalties[i]! * d * d;
    }
    const at = (distance: number): LineValues => {
      const values = loss.along(scores, moves, distance);
      return {
        loss: values.loss + distance * (linear + (distance * bend) / 2),
        slope: values.slope + linear + distance * bend,
        bend: values.bend + bend,
      };
    };
    const begin = at(0);
    if (!(begin.slope < 0)) return 0;
    let [low, high] = [0, Infinity];
    let distance = memory.isEmpty ? -begin.slope / begin.bend : 1;
    for (let trial = 0; trial < 60; trial++) {
      const here = at(distance);
      const nearMinimum = Math.abs(here.slope) <= 0.1 * -begin.slope;
      if (nearMinimum && here.loss <= begin.loss + 1e-12 * Math.abs(begin.loss)) return distance;
      if (here.slope < 0) low = distance;
      else high = distance;
      const newton = distance - here.slope / here.bend;
      const limit = high === Infinity ? 10 * distance : high;
      distance = newton > low && newton < limit ? newton : high === Infinity ? limit : (low + high) / 2;
    }
    return low;
  }
}

function divide(values: Float64Array, by: Float64Array): void {
  for (let i = 0; i < values.length; i++) values[i]! /= by[i]!;
}

function repeat(values: Float64Array, times: number): Float64Array {
  const result = new Float64Array(values.length * times);
  for (let i = 0; i < times; i++) result.set(values, i * values.length);
  return result;
}

function largest(values: Float64Array): number {
  let result = 0;
  for (let i = 0; i < values.length; i++) result = Math.max(result, Math.abs(values[i]!));
  return result;
}
