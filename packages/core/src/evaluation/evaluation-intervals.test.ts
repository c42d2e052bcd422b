import { bootstrapInterval, rocAucScore, wilsonInterval } from '@graft-ml/metrics';
import { describe, expect, it } from 'vitest';
import { evaluationCases, evaluationOf } from '../../test/evaluation-cases.js';
import { evaluationIntervals } from './evaluation-intervals.js';
import { summarizeEvaluation } from './summarize-evaluation.js';

const [first] = evaluationCases;
const { truth, scores } = first!;
const evaluation = evaluationOf(truth, scores);

/** So many images of each class, all right, each with another score. */
function allRight(counts: readonly number[], groups?: readonly string[]) {
  const labels = counts.flatMap((count, k) => Array.from({ length: count }, () => k));
  const rows = labels.map((label, i) => {
    const own = 0.6 + i / 1000;
    return counts.map((_, k) => (k === label ? own : (1 - own) / (counts.length - 1)));
  });
  return evaluationOf(labels, rows, groups);
}

describe('evaluationIntervals', () => {
  it('hold their estimates, which are those of summarizeEvaluation', () => {
    for (const one of evaluationCases) {
      const evaluated = evaluationOf(one.truth, one.scores);
      const { intervals, ...summary } = summarizeEvaluation(evaluated, { seed: 1, resamples: 300 });
      expect(intervals.accuracy?.estimate).toBe(summary.accuracy);
      expect(intervals.balancedAccuracy?.estimate).toBeCloseTo(summary.balancedAccuracy, 12);
      expect(intervals.rocAuc?.estimate).toBeCloseTo(summary.rocAuc?.ovrMacro ?? Number.NaN, 12);
      expect(intervals.averagePrecision?.estimate).toBeCloseTo(summary.averagePrecision?.macro ?? Number.NaN, 12);
      expect(intervals.loss?.estimate).toBeCloseTo(summary.logLoss ?? Number.NaN, 12);
      const { expectedCalibrationError: error } = summary;
      expect(intervals.expectedCalibrationError?.estimate).toBeCloseTo(error ?? Number.NaN, 12);
      const all = [intervals.accuracy, ...Object.values(intervals.perClass).flatMap((own) => Object.values(own))];
      for (const interval of all) {
        if (interval === null) continue;
        expect(interval.lower).toBeLessThanOrEqual(interval.estimate);
        expect(interval.upper).toBeGreaterThanOrEqual(interval.estimate);
      }
    }
  });

  it("are Wilson's for shares, and the bootstrap of one metric for others", () => {
    const options = { seed: 5, resamples: 500 };
    const { accuracy, perClass } = evaluationIntervals(evaluation, options);
    const right = evaluation.predictions.filter(({ label, trueLabel }) => label === trueLabel).length;
    expect(accuracy).toEqual({ ...wilsonInterval(right, truth.length), method: 'wilson' });
    const own = truth.map((label) => Number(label === 0));
    const column = scores.map(([score]) => score ?? 0);
    const expected = bootstrapInterval((yTrue, yScore) => rocAucScore(yTrue, yScore), [own, column], options);
    expect(perClass['class 0']?.rocAuc?.lower).toBeCloseTo(expected.lower, 12);
    expect(perClass['class 0']?.rocAuc?.upper).toBeCloseTo(expected.upper, 12);
    expect(perClass['class 0']?.rocAuc?.method).toBe('bootstrap');
  });

  it('are the same for the same seed, and wider for more confidence', () => {
    const at = (seed: number, confidenceLevel?: number) =>
      evaluationIntervals(evaluation, { seed, confidenceLevel, resamples: 300 });
    expect(at(1)).toEqual(at(1));
    expect(at(1)).not.toEqual(at(2));
    const width = (found: ReturnType<typeof at>) => (found.loss?.upper ?? 0) - (found.loss?.lower ?? 0);
    expect(width(at(1, 0.99))).toBeGreaterThan(width(at(1, 0.8)));
  });

  it('draw whole groups where images have them, and are wider then', () => {
    // Each image five times, as five pictures of one patient: no more is known than from one.
    const five = <Item>(items: readonly Item[]) => items.flatMap((item) => [item, item, item, item, item]);
    const groups = five(truth.map((_, i) => `patient ${i}`));
    const repeated = evaluationOf(five(truth), five(scores), groups);
    const [alone, grouped] = [{ groups: groups.map((_, i) => String(i)) }, {}].map((options) =>
      evaluationIntervals(repeated, { ...options, resamples: 500 }),
    );
    expect(alone?.groups).toBeNull();
    expect(grouped?.groups).toBe(truth.length);
    expect(grouped?.accuracy?.method).toBe('bootstrap');
    const width = (interval?: { lower: number; upper: number } | null) =>
      (interval?.upper ?? 0) - (interval?.lower ?? 0);
    expect(width(grouped?.accuracy) / width(alone?.accuracy)).toBeGreaterThan(1.8);
    const once = evaluationIntervals(evaluation, { resamples: 500 });
    expect(width(grouped?.loss) / width(once.loss)).toBeCloseTo(1, 0);
  });

  it('say how sure all-right groups are by their number alone', () => {
    const found = evaluationIntervals(allRight([6, 6], [...'aabbccddeeff']), { resamples: 200 });
    expect(found.accuracy).toMatchObject({ ...wilsonInterval(6, 6), method: 'wilson' });
    expect(found.perClass['class 0']?.sensitivity).toMatchObject(wilsonInterval(3, 3));
  });

  it('are null, with a reason, where every resample gives the same', () => {
    const { rocAuc, macroF1, accuracy, gaps } = evaluationIntervals(allRight([5, 5]), { resamples: 200 });
    expect([rocAuc, macroF1]).toEqual([null, null]);
    expect(accuracy?.lower).toBeLessThan(0.8);
    expect(gaps.join()).toMatch(/every resample gives the same: .*AUC \(1\)/);
  });

  it('are null, with a reason, for a class with one image, but for shares of it', () => {
    const { perClass, rocAuc, gaps } = evaluationIntervals(allRight([5, 5, 1]), { resamples: 200 });
    expect(perClass['class 2']).toMatchObject({ rocAuc: null, averagePrecision: null, f1: null });
    expect(perClass['class 2']?.sensitivity).toMatchObject({ estimate: 1, upper: 1 });
    expect(perClass['class 2']?.sensitivity?.lower).toBeLessThan(0.21);
    expect(rocAuc).toBeNull();
    expect(gaps).toContainEqual(expect.stringMatching(/one image of "class 2" only/));
  });

  it('are null, with a reason, for a class without images', () => {
    const found = summarizeEvaluation(allRight([5, 5, 0]), { resamples: 200 });
    expect(found.perClass['class 2']).toMatchObject({
      support: 0,
      sensitivity: null,
      rocAuc: null,
      averagePrecision: null,
    });
    expect(found.averagePrecision?.macro).toBeNaN();
    expect(found.averagePrecision?.perClass[2]).toBeNaN();
    expect(found.rocAuc?.ovrMacro).toBeNaN();
    expect(found.intervals).toMatchObject({ rocAuc: null, averagePrecision: null, macroF1: null });
    expect(found.intervals.gaps).toContainEqual(expect.stringMatching(/no image of "class 2"/));
    expect(found.intervals.gaps).toContainEqual(expect.stringMatching(/"class 2" is never predicted/));
    expect(JSON.parse(JSON.stringify(found))).toMatchObject({ rocAuc: { ovrMacro: null } });
  });

  it('take a set of one class only', () => {
    const { perClass, gaps, accuracy } = evaluationIntervals(allRight([4, 0]), { resamples: 200 });
    expect(accuracy?.estimate).toBe(1);
    expect(perClass['class 0']?.specificity).toBeNull();
    expect(gaps).toContainEqual(expect.stringMatching(/no image but of "class 0"/));
  });

  it('refuse groups that are not one for each prediction, and options out of range', () => {
    expect(() => evaluationIntervals(evaluation, { groups: ['a'] })).toThrow(/groups has 1 entries/);
    expect(() => evaluationIntervals(evaluation, { confidenceLevel: 1 })).toThrow(RangeError);
    expect(() => evaluationIntervals(evaluation, { resamples: 0 })).toThrow(RangeError);
  });
});
