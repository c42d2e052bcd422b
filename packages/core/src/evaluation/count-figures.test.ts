import { describe, expect, it } from 'vitest';
import { evaluationCases, evaluationOf } from '../../test/evaluation-cases.js';
import { classFigureIndex, classFigures, figureCounter, overallFigures } from './count-figures.js';

interface Figures {
  readonly overall: Readonly<Record<string, number | null>>;
  readonly perClass: readonly Readonly<Record<string, number | null>>[];
}

function expectFigures(found: Float64Array, { overall, perClass }: Figures): void {
  const pairs = [
    ...overallFigures.map((name, i) => [name, found[i], overall[name]] as const),
    ...perClass.flatMap((own, k) =>
      classFigures.map((name) => [`${name} of ${k}`, found[classFigureIndex(k, name)], own[name]] as const),
    ),
  ];
  for (const [name, actual, expected] of pairs) {
    const number = expected ?? Number.NaN;
    const near = Number.isNaN(number) ? Number.isNaN(actual) : Math.abs((actual ?? Number.NaN) - number) <= 1e-12;
    expect(near, `${name}: ${actual} is not ${number}`).toBe(true);
  }
}

describe("an evaluation's figures", () => {
  it('are those of scikit-learn where each image counts once', () => {
    for (const { truth, scores, figures } of evaluationCases) {
      expectFigures(figureCounter(evaluationOf(truth, scores))(truth.map(() => 1)), figures);
    }
  });

  it('are those of scikit-learn with weights where images count as often as a resample drew them', () => {
    for (const { truth, scores, weights, weighted } of evaluationCases) {
      expectFigures(figureCounter(evaluationOf(truth, scores))(weights), weighted);
    }
  });

  it('are undefined, not 0, for a class that is not there', () => {
    const count = figureCounter(
      evaluationOf(
        [0, 0, 1],
        [
          [0.7, 0.2, 0.1],
          [0.6, 0.3, 0.1],
          [0.2, 0.7, 0.1],
        ],
      ),
    );
    const figures = count([1, 1, 1]);
    for (const name of ['sensitivity', 'precision', 'f1', 'rocAuc', 'averagePrecision'] as const) {
      expect(figures[classFigureIndex(2, name)], name).toBeNaN();
    }
    expect(figures[overallFigures.indexOf('rocAuc')]).toBeNaN();
    expect(figures[overallFigures.indexOf('balancedAccuracy')]).toBe(1);
  });
});
