import { describe, expect, it } from 'vitest';
import { f1Score, summarizeMetrics, wilsonInterval } from '@graft-ml/metrics';
import golden from './golden/metrics-summary.json' with { type: 'json' };
import { expectClose } from './golden-cases.js';

describe('summarizeMetrics', () => {
  it.each(golden.cases)('agrees with scikit-learn, metric by metric', ({ input, expected }) => {
    expectClose(summarizeMetrics(input), expected, { where: 'summary' });
  });

  it('has the keys that graft metrics --json prints', () => {
    const [three, two] = golden.cases as [(typeof golden.cases)[number], (typeof golden.cases)[number]];
    const always = [
      'classNames',
      'confusionMatrix',
      'report',
      'accuracy',
      'balancedAccuracy',
      'cohenKappa',
      'matthewsCorrcoef',
      'hammingLoss',
      'jaccard',
      'intervals',
    ];
    const withScores = ['logLoss', 'brier', 'rocAuc', 'averagePrecision', 'topK', 'expectedCalibrationError'];
    const { yTrue, yPred } = three.input;
    expect(new Set(Object.keys(summarizeMetrics({ yTrue, yPred })))).toEqual(new Set(always));
    expect(new Set(Object.keys(summarizeMetrics(three.input)))).toEqual(new Set([...always, ...withScores]));
    expect(new Set(Object.keys(summarizeMetrics(two.input)))).toEqual(new Set([...always, ...withScores, 'binary']));
  });

  it('gives intervals around accuracy and macro F1, the same for the same seed', () => {
    const [{ input }] = golden.cases as [(typeof golden.cases)[number]];
    const { intervals, accuracy } = summarizeMetrics({ ...input, seed: 7 });
    const { estimate, lower, upper } = wilsonInterval(Math.round(accuracy * 50), 50);
    expect(intervals.accuracy).toEqual({ estimate, lower, upper, confidence: 0.95, method: 'wilson' });
    expect(intervals.macroF1.estimate).toBeCloseTo(f1Score(input.yTrue, input.yPred, { average: 'macro' }), 12);
    expect(intervals.macroF1.lower).toBeLessThan(intervals.macroF1.estimate);
    expect(intervals.macroF1.upper).toBeGreaterThan(intervals.macroF1.estimate);
    expect(summarizeMetrics({ ...input, seed: 7 }).intervals).toEqual(intervals);
  });

  it('takes classes that never occur, and a single one', () => {
    const { confusionMatrix, report, classNames } = summarizeMetrics({
      yTrue: ['b'],
      yPred: ['b'],
      classNames: ['c', 'b', 'a'],
    });
    expect(classNames).toEqual(['c', 'b', 'a']);
    expect(confusionMatrix).toEqual([
      [0, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]);
    expect(report.b).toMatchObject({ precision: 1, support: 1 });
    expect(JSON.parse(JSON.stringify(summarizeMetrics({ yTrue: [1], yPred: [1] })))).toMatchObject({
      accuracy: 1,
      cohenKappa: null,
    });
    const scored = summarizeMetrics({
      yTrue: ['a', 'a'],
      yPred: ['a', 'b'],
      scores: [
        [0.9, 0.1],
        [0.4, 0.6],
      ],
      classNames: ['a', 'b'],
    });
    expect(JSON.parse(JSON.stringify(scored))).toMatchObject({
      rocAuc: { ovrMacro: null },
      binary: { positive: 'b', rocAuc: null },
    });
  });
});
