import { describe, expect, it } from 'vitest';
import { evaluationCases, evaluationOf } from '../../test/evaluation-cases.js';
import { decideClass } from '../model/score-calibration.js';
import { DatasetError } from '../errors.js';
import { chooseThresholds, thresholdsOf } from './choose-thresholds.js';

const { truth, scores } = evaluationCases[0]!;
const evaluation = evaluationOf(truth, scores);

describe('chooseThresholds', () => {
  it.each([
    ['sensitivity', 'minSensitivity', 0.9],
    ['specificity', 'minSpecificity', 0.8],
  ] as const)('keeps its promise of %s where labels are made by the threshold', (criterion, least, share) => {
    for (const className of evaluation.classNames) {
      const options = { criterion, [least]: share, classes: [className] };
      const chosen = chooseThresholds(evaluation, options)[className];
      expect(chosen?.[criterion]).toBeGreaterThanOrEqual(share);
      const { classNames } = evaluation;
      const called = scores.map(
        (row) => classNames[decideClass(row, { classNames, thresholds: { [className]: chosen?.threshold ?? 0 } })],
      );
      const own = evaluation.predictions.map(({ trueLabel }) => trueLabel === className);
      const hits = called.filter((label, i) => own[i] === true && label === className).length;
      const spared = called.filter((label, i) => own[i] === false && label !== className).length;
      expect(hits / own.filter(Boolean).length).toBe(chosen?.sensitivity);
      expect(spared / own.filter((is) => !is).length).toBe(chosen?.specificity);
    }
  });

  it('chooses for the second of two classes, for all of more', () => {
    const two = evaluationOf(
      [0, 1, 1],
      [
        [0.7, 0.3],
        [0.4, 0.6],
        [0.6, 0.4],
      ],
    );
    expect(Object.keys(chooseThresholds(two))).toEqual(['class 1']);
    expect(thresholdsOf(chooseThresholds(two))).toEqual({ 'class 1': 0.4 });
    const { truth: labels, scores: rows } = evaluationCases.find((one) => (one.scores[0]?.length ?? 0) > 2)!;
    const more = evaluationOf(labels, rows);
    expect(Object.keys(chooseThresholds(more))).toEqual(more.classNames);
  });

  it('refuses unknown classes, no classes, and images that are all or none of a class', () => {
    expect(() => chooseThresholds(evaluation, { classes: ['x'] })).toThrow(/"x", none of this model's classes/);
    expect(() => chooseThresholds(evaluation, { classes: [] })).toThrow(/classes is empty/);
    const one = evaluationOf(
      [0, 0],
      [
        [0.7, 0.3],
        [0.4, 0.6],
      ],
    );
    expect(() => chooseThresholds(one)).toThrow(DatasetError);
    expect(() => chooseThresholds(one, { classes: ['class 0'] })).toThrow(/no image but those of "class 0"/);
  });
});
