import { describe, expect, it } from 'vitest';
import golden from '../../../test/golden/heads.json';
import { goldenData, goldenWeights } from '../../../test/golden-heads.js';
import { chooseC } from './choose-c.js';
import { denseOfLogistic, logisticLogits } from './logistic-logits.js';
import { logisticRegression, type FeatureMatrix, type LogisticRegressionOptions } from './logistic-regression.js';

function largestDifference(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  return expected.reduce((most, value, i) => Math.max(most, Math.abs((actual[i] ?? Number.NaN) - value)), 0);
}

function predict(logits: Float64Array, classes: number): string {
  return Array.from({ length: logits.length / classes }, (_, row) => {
    const values = logits.subarray(row * classes, (row + 1) * classes);
    return values.indexOf(Math.max(...values));
  }).join('');
}

const small: FeatureMatrix = { data: Float64Array.of(0, 1, 3, 4, 1, 2), rows: 6, columns: 1 };
const labels = [0, 0, 1, 1, 0, 1];

describe('logisticRegression', () => {
  it.each(golden.logistic)('finds what scikit-learn finds: $name', async (expected) => {
    const features = goldenData(expected);
    const { classes, C: c, fitIntercept, coefficients, intercepts } = expected;
    const classWeight = expected.classWeight === 'balanced' ? ('balanced' as const) : undefined;
    const sampleWeight = goldenWeights(expected);
    const model = await logisticRegression(features, features.labels, {
      classes,
      c,
      fitIntercept,
      classWeight,
      sampleWeight,
    });
    expect(model.converged).toBe(true);
    // The bar; the solver's own tolerance is 1e-6 of the largest coefficient.
    expect(largestDifference(model.coefficients, coefficients), 'coefficients').toBeLessThanOrEqual(1e-4);
    // Intercepts gather the coefficients' errors times the features' means.
    expect(largestDifference(model.intercepts, intercepts), 'intercepts').toBeLessThanOrEqual(1e-4);
    expect(model.objective / expected.objective).toBeCloseTo(1, 9);
    expect(predict(logisticLogits(model, features), classes)).toBe(expected.predictions);
  });

  it('halves the one score of two classes, so that a softmax gives the same probabilities', async () => {
    const model = await logisticRegression(small, labels, { classes: 2 });
    const { kernel, bias } = denseOfLogistic(model);
    expect([...kernel]).toEqual([-model.coefficients[0]! / 2, model.coefficients[0]! / 2]);
    expect([...bias]).toEqual([-model.intercepts[0]! / 2, model.intercepts[0]! / 2]);
  });

  it('comes to the same from another start', async () => {
    const features = goldenData(golden.logistic[1]!);
    const { classes } = golden.logistic[1]!;
    const cold = await logisticRegression(features, features.labels, { classes });
    const start = await logisticRegression(features, features.labels, { classes, c: 0.01 });
    const warm = await logisticRegression(features, features.labels, { classes, start });
    expect(largestDifference(warm.coefficients, [...cold.coefficients])).toBeLessThanOrEqual(3e-6);
    const again = await logisticRegression(features, features.labels, { classes, start: cold });
    expect(again.iterations).toBe(0);
  });

  it('says when the iterations did not suffice', async () => {
    const { converged, iterations } = await logisticRegression(small, labels, { classes: 2, maxIterations: 1 });
    expect([converged, iterations]).toEqual([false, 1]);
  });

  const fails = (options: Partial<LogisticRegressionOptions>, features = small, of: readonly number[] = labels) =>
    expect(logisticRegression(features, of, { classes: 2, ...options })).rejects;
  it('refuses values and settings that mean nothing, naming them', async () => {
    await fails({ c: 0 }).toThrow('c is 0; expected a number above 0');
    await fails({ c: -1 }).toThrow(RangeError);
    await fails({ c: Number.NaN }).toThrow(RangeError);
    await fails({ tolerance: 0 }).toThrow('tolerance is 0');
    await fails({ classes: 1 }).toThrow('classes is 1; expected 2 or more');
    await fails({ classes: 3 }).toThrow('class 2 has no sample');
    await fails({}, small, [0, 0, 0, 0, 0, 0]).toThrow('class 1 has no sample');
    await fails({}, small, [0, 0, 1, 1, 0, 2]).toThrow('label 2 of sample 5 is no class index from 0 to 1');
    await fails({}, small, [0, 1]).toThrow('2 labels; expected 6 rows');
    await fails({}, { ...small, data: Float64Array.of(0, 1, 3, Number.NaN, 1, 2) }).toThrow(
      'feature 0 of sample 3 is NaN',
    );
    await fails({ sampleWeight: [1, 1] }).toThrow('2 sample weights for 6 samples');
    await fails({ sampleWeight: [1, 1, 1, 1, 1, -1] }).toThrow('sample weight 5 is -1');
    await fails({ sampleWeight: [0, 0, 1, 1, 0, 1] }).toThrow('class 0 weigh nothing');
    await fails({ classWeight: [1] }).toThrow('1 class weights for 2 classes');
    await fails({ classWeight: [1, 0] }).toThrow('class weight 1 is 0');
    await fails({ signal: AbortSignal.abort() }).toThrow('aborted');
  });
});

describe('chooseC', () => {
  it.each(golden.crossValidated)('chooses as LogisticRegressionCV does: $name, $scoring', async (expected) => {
    const features = goldenData(expected);
    const scoring = expected.scoring === 'accuracy' ? 'accuracy' : 'logLoss';
    const { classes } = expected;
    const chosen = await chooseC(features, features.labels, { classes, scoring, folds: 5 });
    // What the solvers' tolerances leave of a mean score.
    expect(
      largestDifference(
        chosen.scores.map(({ score }) => score),
        expected.scores,
      ),
    ).toBeLessThanOrEqual(1e-4);
    expect(chosen.c / expected.c).toBeCloseTo(1, 9);
  });

  it('keeps groups together, takes fewer folds for rare classes, and refuses classes of one sample', async () => {
    const data = Float64Array.from({ length: 12 }, (_, i) => i % 3);
    const rows = { data, rows: 12, columns: 1 };
    const of = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
    const groups = ['a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'c', 'd', 'd', 'd'];
    const { scores } = await chooseC(rows, of, { classes: 2, cs: [0.1, 1], groups });
    expect(scores.map(({ c }) => c)).toEqual([0.1, 1]);
    await expect(chooseC(rows, of, { classes: 2, groups: groups.map((g) => (g === 'd' ? 'c' : g)) })).rejects.toThrow(
      'class 1 has only 1 group',
    );
    await expect(chooseC(rows, of, { classes: 2, cs: [1, 0.1] })).rejects.toThrow('expected ascending numbers above 0');
    await expect(chooseC(rows, of, { classes: 2, scoring: 'auc' as 'accuracy' })).rejects.toThrow(
      '"logLoss", "accuracy"',
    );
  });
});
