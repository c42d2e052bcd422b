import {
  accuracyScore,
  bestThreshold,
  bootstrapInterval,
  bootstrapIntervals,
  deLongInterval,
  deLongTest,
  mcnemarTest,
  rocAucScore,
} from '@graft-ml/metrics';
import { describe, expect, it } from 'vitest';
import { randomIntegers } from '../src/random-bits.js';
import golden from './golden/metrics-comparison.json' with { type: 'json' };
import { expectClose } from './golden-cases.js';

describe('mcnemarTest beside statsmodels', () => {
  const repeat = (counts: readonly (readonly [number, number])[]) =>
    counts.flatMap(([value, count]) => Array.from({ length: count }, () => value));

  it.each(golden.mcnemar)('$onlyA against $onlyB', ({ both, onlyA, onlyB, neither, exact, corrected, plain }) => {
    const data = {
      yTrue: repeat([[1, both + onlyA + onlyB + neither]]),
      yPredA: repeat([
        [1, both + onlyA],
        [0, onlyB + neither],
      ]),
      yPredB: repeat([
        [1, both],
        [0, onlyA],
        [1, onlyB],
        [0, neither],
      ]),
    };
    const tolerance = 1e-12;
    expectClose(mcnemarTest(data).pValue, exact.pValue, { where: 'exact', tolerance });
    if (onlyA + onlyB === 0) return;
    expectClose(mcnemarTest({ ...data, exact: false }), corrected, { where: 'corrected', tolerance });
    expectClose(mcnemarTest({ ...data, exact: false, correction: false }), plain, { where: 'plain', tolerance });
  });
});

describe("DeLong's methods beside the comparison of all pairs", () => {
  it.each(golden.delong)('$yTrue.length samples', ({ yTrue, scoresA, scoresB, confidence, interval, test }) => {
    const where = 'DeLong';
    expectClose(deLongTest({ yTrue, scoresA, scoresB, confidence }), test, { where, tolerance: 1e-10 });
    expectClose(deLongInterval(yTrue, scoresA, { confidence }), interval, { where, tolerance: 1e-10 });
  });

  it('of two columns find what one column finds', () => {
    const { yTrue, scoresA, scoresB } = golden.delong[0] as { yTrue: number[]; scoresA: number[]; scoresB: number[] };
    const rows = (scores: number[]) => scores.map((score) => [1 - score, score]);
    const one = deLongTest({ yTrue, scoresA, scoresB });
    expectClose(deLongTest({ yTrue, scoresA: rows(scoresA), scoresB: rows(scoresB) }), one, { where: 'rows' });
  });

  it('refuse a class of which there is one sample, and name it', () => {
    const scores = [
      [0.7, 0.2, 0.1],
      [0.1, 0.8, 0.1],
      [0.2, 0.6, 0.2],
      [0.5, 0.3, 0.2],
    ];
    expect(() => deLongInterval(['a', 'b', 'b', 'c'], scores, { labels: ['a', 'b', 'c'] })).toThrow(
      'yTrue has 1 positives and 3 negatives for "a"',
    );
    expect(() => deLongInterval([0, 1], [0.1, NaN])).toThrow('yScore[1] is NaN');
  });
});

describe('bootstrapIntervals', () => {
  const share = (values: ArrayLike<number>, counts: ArrayLike<number>) => {
    let [sum, total] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      sum += (values[i] as number) * (counts[i] as number);
      total += counts[i] as number;
    }
    return sum / total;
  };

  it.each(golden.bootstrap)("comes as close to SciPy's $method ends as draws allow", (one) => {
    const { rightA, rightB, groups, method, expected } = one;
    const differences = rightA.map((right, i) => right - (rightB[i] as number));
    const [accuracy, difference] = bootstrapIntervals((counts) => [share(rightA, counts), share(differences, counts)], {
      n: rightA.length,
      groups: groups ?? undefined,
      method: method as 'bca',
      resamples: 20_000,
      seed: 3,
    });
    // Ends of 20,000 resamples move by a few thousandths from one seed to another, and by steps of 1 / 80.
    expectClose(accuracy, expected.accuracy, { where: 'accuracy', tolerance: 0.0126 });
    expectClose(difference, expected.difference, { where: 'difference', tolerance: 0.0126 });
  });

  const random = randomIntegers(5);
  const yTrue = Array.from({ length: 90 }, () => random(2));
  const scores = yTrue.map((label) => (label * 40 + random(100)) / 140);
  const groups = yTrue.map((_, i) => Math.floor(i / 3));

  it.each(['bca', 'percentile'] as const)('finds by %s what bootstrapInterval finds for one metric', (method) => {
    const options = { seed: 7, resamples: 300, method, groups };
    const area = (counts: Float64Array) => rocAucScore(yTrue, scores, { sampleWeight: counts });
    const one = bootstrapInterval((truth, score) => rocAucScore(truth, score), [yTrue, scores], options);
    const [many] = bootstrapIntervals((counts) => [area(counts)], { ...options, n: yTrue.length });
    expectClose(many, one, { where: method, tolerance: 1e-9 });
  });

  it('leaves out resamples in which a figure is undefined, and says of how many it made the interval', () => {
    const rare = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    const [always, sometimes, never] = bootstrapIntervals(
      (counts) => [1, share(rare, counts) > 0 ? share(rare, counts) : NaN, NaN],
      { n: 10, resamples: 500 },
    );
    expect(always?.resamples).toBe(500);
    expect(sometimes?.resamples).toBeGreaterThan(400);
    expect(sometimes?.resamples).toBeLessThan(480);
    expect(sometimes?.lower).toBeGreaterThan(0);
    expect(never).toMatchObject({ estimate: NaN, lower: NaN, upper: NaN, resamples: 0 });
  });

  it('refuses figures that come and go, no samples, and groups of another length', () => {
    expect(() => bootstrapIntervals((counts) => (counts[0] === 1 ? [1] : []), { n: 3 })).toThrow('then 0');
    expect(() => bootstrapIntervals(() => [1], { n: 0 })).toThrow('samples is empty');
    expect(() => bootstrapIntervals(() => [1], { n: 3, groups: ['a'] })).toThrow('groups has length 1');
  });

  it('covers the truth about as often as it should', () => {
    const rounds = 200;
    let held = 0;
    for (let round = 0; round < rounds; round++) {
      const hits = Array.from({ length: 60 }, () => (random(100) < 80 ? 1 : 0));
      const [interval] = bootstrapIntervals((counts) => [share(hits, counts)], { n: 60, resamples: 400, seed: round });
      if (interval !== undefined && interval.lower <= 0.8 && interval.upper >= 0.8) held += 1;
    }
    expect(held / rounds).toBeGreaterThan(0.9);
    expect(held / rounds).toBeLessThan(0.99);
  });
});

describe('bestThreshold at a wished rate', () => {
  it("agrees with scikit-learn's ROC curve", () => {
    for (const { yTrue, yScore, criterion, least, expected } of golden.thresholds) {
      const options = { criterion: criterion as 'sensitivity', minSensitivity: least, minSpecificity: least };
      expectClose(bestThreshold(yTrue, yScore, options), expected, { where: `${criterion} ${least}` });
    }
  });

  it('refuses a specificity that no score has', () => {
    expect(() => bestThreshold([0, 1, 1], [0.9, 0.2, 0.3], { criterion: 'specificity' })).toThrow('wish for less');
  });

  it('keeps the accuracy of a perfect ranking', () => {
    const { threshold } = bestThreshold([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4], { criterion: 'specificity' });
    expect(
      accuracyScore(
        [0, 0, 1, 1],
        [0.1, 0.2, 0.3, 0.4].map((score) => Number(score >= threshold)),
      ),
    ).toBe(1);
  });
});
