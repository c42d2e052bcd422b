import { summarizeMetrics } from '@graft-ml/metrics';
import { describe, expect, it } from 'vitest';
import { evaluationCases, evaluationOf } from '../../test/evaluation-cases.js';
import { fitTemperature } from './fit-temperature.js';
import { summarizeEvaluation } from './summarize-evaluation.js';

describe('summarizeEvaluation', () => {
  it('holds all that summarizeMetrics finds', () => {
    const [{ truth, scores }] = evaluationCases as [(typeof evaluationCases)[number]];
    const evaluation = evaluationOf(truth, scores);
    const { intervals: _, ...expected } = summarizeMetrics({
      yTrue: evaluation.predictions.map(({ trueLabel }) => trueLabel),
      yPred: evaluation.predictions.map(({ label }) => label),
      scores,
      classNames: evaluation.classNames,
    });
    expect(summarizeEvaluation(evaluation, { resamples: 200 })).toMatchObject(expected);
  });

  it('has support, predictions and rates of each class', () => {
    const rows = [
      [0.9, 0.1],
      [0.6, 0.4],
      [0.2, 0.8],
      [0.7, 0.3],
    ];
    const { perClass } = summarizeEvaluation(evaluationOf([0, 0, 1, 1], rows), { resamples: 200 });
    expect(perClass['class 1']).toMatchObject({
      support: 2,
      predicted: 1,
      sensitivity: 0.5,
      specificity: 1,
      precision: 1,
    });
    expect(perClass['class 1']?.rocAuc).toBe(0.75);
  });

  it('leaves out metrics of probabilities where scores are none, and says so', () => {
    const rows = [
      [0.9, 0.6],
      [0.6, 0.4],
      [0.2, 0.8],
      [0.7, 0.3],
    ];
    const evaluation = evaluationOf([0, 0, 1, 1], rows);
    const { logLoss, rocAuc, perClass, intervals } = summarizeEvaluation(evaluation, { resamples: 200 });
    expect([logLoss, rocAuc]).toEqual([undefined, undefined]);
    expect(perClass['class 0']?.rocAuc).toBeGreaterThan(0);
    expect(intervals.gaps.join()).toMatch(/image 0 sum to 1\.5000, not to 1/);
    expect(() => fitTemperature(evaluation)).toThrow(/softmax head/);
  });
});
