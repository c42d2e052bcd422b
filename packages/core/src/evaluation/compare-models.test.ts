import { deLongTest, mcnemarTest } from '@graft-ml/metrics';
import { describe, expect, it } from 'vitest';
import { evaluationCases, evaluationOf } from '../../test/evaluation-cases.js';
import { compareEvaluations } from './compare-models.js';
import { averageEvaluations } from './ensemble.js';
import { evaluationIntervals } from './evaluation-intervals.js';

const { truth, scores } = evaluationCases[1]!;
const classes = scores[0]?.length ?? 0;
/** Another model's scores: the first one's, half of them mixed up with the next image's. */
const others = scores.map((row, i) =>
  i % 2 === 0 ? row : row.map((score, k) => (score + (scores[(i + 1) % scores.length]?.[k] ?? 0)) / 2),
);
const [a, b] = [evaluationOf(truth, scores), evaluationOf(truth, others)];

describe('compareEvaluations', () => {
  const comparison = compareEvaluations(a, b, { seed: 3, resamples: 500 });

  it('has both figures, their difference, and an interval around it', () => {
    const { accuracy, loss } = comparison.figures;
    expect(accuracy).toMatchObject({ a: a.accuracy, b: b.accuracy });
    expect(accuracy?.difference).toBeCloseTo(a.accuracy - b.accuracy, 12);
    expect(loss?.difference).toBeCloseTo(a.loss - b.loss, 12);
    expect(loss?.interval?.lower).toBeLessThan(loss?.difference ?? 0);
    expect(loss?.interval?.upper).toBeGreaterThan(loss?.difference ?? 0);
    expect(Object.keys(comparison.perClass)).toEqual(a.classNames);
  });

  it('is narrower than unpaired intervals of models that agree mostly', () => {
    const unpaired = evaluationIntervals(a, { seed: 3, resamples: 500 }).loss;
    const paired = comparison.figures.loss?.interval;
    expect((paired?.upper ?? 0) - (paired?.lower ?? 0)).toBeLessThan((unpaired?.upper ?? 0) - (unpaired?.lower ?? 0));
  });

  it("holds McNemar's test and the whole table of it", () => {
    const labels = (side: typeof a) => side.predictions.map(({ label }) => label);
    const yTrue = a.predictions.map(({ trueLabel }) => trueLabel);
    expect(comparison.mcnemar).toMatchObject(mcnemarTest({ yTrue, yPredA: labels(a), yPredB: labels(b) }));
    const { onlyA, onlyB, bothRight, bothWrong } = comparison.mcnemar;
    expect(onlyA + onlyB + bothRight + bothWrong).toBe(truth.length);
    expect((onlyA + bothRight) / truth.length).toBeCloseTo(a.accuracy, 12);
  });

  it("holds DeLong's test of each class and of their mean", () => {
    const expected = deLongTest({
      yTrue: truth.map((label) => Number(label === 0)),
      scoresA: scores.map(([score]) => score ?? 0),
      scoresB: others.map(([score]) => score ?? 0),
    });
    expect(comparison.deLong.perClass['class 0']).toEqual(expected);
    expect(comparison.deLong.macro?.aucA).toBeCloseTo(comparison.figures.rocAuc?.a ?? Number.NaN, 12);
    expect(Object.keys(comparison.deLong.perClass)).toHaveLength(classes);
  });

  it('lists where the models disagree', () => {
    const different = a.predictions.filter(({ label }, i) => label !== b.predictions[i]?.label);
    expect(comparison.disagreements.map(({ source }) => source)).toEqual(different.map(({ source }) => source));
    const [one] = comparison.disagreements;
    expect(one?.a.label).not.toBe(one?.b.label);
  });

  it('finds no difference between a model and itself, and no interval around it', () => {
    const same = compareEvaluations(a, a, { resamples: 200 });
    expect(same.figures.accuracy).toMatchObject({ difference: 0, interval: null });
    expect(same.mcnemar.pValue).toBe(1);
    expect(same.deLong.macro).toMatchObject({ difference: 0, pValue: 1 });
    expect(same.disagreements).toEqual([]);
  });

  it('draws whole groups, and says what tests of single images are worth then', () => {
    const groups = truth.map((_, i) => `patient ${Math.floor(i / 4)}`);
    const grouped = compareEvaluations(evaluationOf(truth, scores, groups), evaluationOf(truth, others, groups), {
      resamples: 200,
    });
    expect(grouped.groups).toBe(Math.ceil(truth.length / 4));
    expect(grouped.gaps.join()).toMatch(/not independent/);
  });

  it('states what a class without images leaves open', () => {
    const rows = [
      [0.7, 0.2, 0.1],
      [0.6, 0.3, 0.1],
      [0.2, 0.7, 0.1],
      [0.3, 0.6, 0.1],
    ];
    const { deLong, figures, gaps } = compareEvaluations(
      evaluationOf([0, 0, 1, 1], rows),
      evaluationOf([0, 0, 1, 1], rows),
      { resamples: 200 },
    );
    expect(deLong.perClass['class 2']).toBeNull();
    expect([deLong.macro, figures.rocAuc]).toEqual([null, null]);
    expect(gaps.join()).toMatch(/no image of "class 2"/);
  });

  it('refuses other classes and other images', () => {
    const fewer = evaluationOf(truth.slice(1), scores.slice(1));
    expect(() => compareEvaluations(a, fewer)).toThrow(/different images: at place/);
    const two = evaluationOf(
      [0, 1],
      [
        [0.6, 0.4],
        [0.5, 0.5],
      ],
    );
    const three = evaluationOf(
      [0, 1],
      [
        [0.6, 0.3, 0.1],
        [0.5, 0.4, 0.1],
      ],
    );
    expect(() => compareEvaluations(two, three)).toThrow(/take models of the same classes/);
  });
});

describe('averageEvaluations', () => {
  it("has the mean of the models' scores, and its label", () => {
    const mean = averageEvaluations([a, b]);
    for (const [i, { scores: found, label }] of mean.predictions.entries()) {
      const expected = a.classNames.map((_, k) => ((scores[i]?.[k] ?? 0) + (others[i]?.[k] ?? 0)) / 2);
      for (const [k, name] of a.classNames.entries()) expect(found[name]).toBeCloseTo(expected[k] ?? Number.NaN, 14);
      expect(label).toBe(a.classNames[expected.indexOf(Math.max(...expected))]);
    }
    expect(mean.predictions.map(({ trueLabel }) => trueLabel)).toEqual(a.predictions.map(({ trueLabel }) => trueLabel));
  });

  it('refuses models of other images, and none at all', () => {
    expect(() => averageEvaluations([])).toThrow(/no evaluations to average/);
    expect(() => averageEvaluations([a, evaluationOf(truth.slice(1), scores.slice(1))])).toThrow(RangeError);
  });
});
