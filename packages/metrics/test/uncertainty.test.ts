import { describe, expect, it } from 'vitest';
import {
  accuracyScore,
  bootstrapInterval,
  deLongTest,
  f1Score,
  mcnemarTest,
  permutationTest,
  rocAucScore,
  wilsonInterval,
} from '@graft-ml/metrics';
import { bootstrapEnds } from '../src/bootstrap-ends.js';
import { normalCdf, normalQuantile } from '../src/normal.js';
import { randomIntegers } from '../src/random-bits.js';
import golden from './golden/metrics-uncertainty.json' with { type: 'json' };
import { expectClose } from './golden-cases.js';

/** Within 1e-9 of the reference, relative to it. */
function expectNear(actual: number, expected: number): void {
  expect(Math.abs(actual - expected), `${actual} is not ${expected}`).toBeLessThanOrEqual(
    1e-9 * Math.abs(expected) + 1e-300,
  );
}

describe('normal distribution', () => {
  it('agrees with SciPy from far left to far right', () => {
    for (const { z, cdf } of golden.normal) expectNear(normalCdf(z), cdf);
    for (const { p, z } of golden.quantile)
      expectClose(normalQuantile(p), z, { where: `quantile ${p}`, tolerance: 1e-9 });
  });
});

describe('wilsonInterval', () => {
  it('agrees with SciPy, with and without correction', () => {
    for (const { k, n, lower, upper, ...options } of golden.wilson) {
      const interval = wilsonInterval(k, n, options);
      expectClose(interval, { lower, upper }, { where: `${k} of ${n}`, tolerance: 1e-9 });
    }
  });

  it("gives the intervals of Newcombe's 1998 examples", () => {
    const published = [
      [81, 263, 0.2553, 0.3662, 0.2535, 0.3682],
      [15, 148, 0.0624, 0.1605, 0.0598, 0.1644],
      [0, 20, 0, 0.1611, 0, 0.2005],
      [1, 29, 0.0061, 0.1718, 0.0018, 0.1963],
    ] as const;
    for (const [k, n, lower, upper, correctedLower, correctedUpper] of published) {
      const plain = wilsonInterval(k, n);
      const corrected = wilsonInterval(k, n, { correction: true });
      expect(plain.lower).toBeCloseTo(lower, 4);
      expect(plain.upper).toBeCloseTo(upper, 4);
      expect(corrected.lower).toBeCloseTo(correctedLower, 4);
      expect(corrected.upper).toBeCloseTo(correctedUpper, 4);
    }
  });
});

describe('mcnemarTest', () => {
  const disagreement = (onlyA: number, onlyB: number) => ({
    yTrue: Array.from({ length: onlyA + onlyB + 2 }, () => 1),
    yPredA: Array.from({ length: onlyA + onlyB + 2 }, (_, i) => (i < onlyA || i === onlyA + onlyB ? 1 : 0)),
    yPredB: Array.from({ length: onlyA + onlyB + 2 }, (_, i) => (i >= onlyA && i <= onlyA + onlyB ? 1 : 0)),
  });

  it('agrees with SciPy: exact, chi-square, corrected', () => {
    for (const { onlyA, onlyB, exact, corrected, plain } of golden.mcnemar) {
      const data = disagreement(onlyA, onlyB);
      expect(mcnemarTest(data)).toMatchObject({ onlyA, onlyB });
      expectNear(mcnemarTest(data).pValue, exact);
      for (const [expected, correction] of [
        [corrected, true],
        [plain, false],
      ] as const) {
        const found = mcnemarTest({ ...data, exact: false, correction });
        expectNear(found.statistic, expected.statistic);
        expectNear(found.pValue, expected.pValue);
      }
    }
  });

  it("gives the statistic of Agresti's approval ratings, 17.36", () => {
    expect(mcnemarTest({ ...disagreement(150, 86), exact: false, correction: false }).statistic).toBeCloseTo(17.36, 2);
  });
});

describe('deLongTest', () => {
  it('agrees with the comparison of all pairs', () => {
    for (const { expected, ...input } of golden.delong)
      expectClose(deLongTest(input), expected, { where: 'DeLong', tolerance: 1e-9 });
  });

  it('finds the areas that rocAucScore finds', () => {
    const [{ yTrue, scoresA, scoresB }] = golden.delong as [(typeof golden.delong)[number]];
    expect(deLongTest({ yTrue, scoresA, scoresB }).aucA).toBeCloseTo(rocAucScore(yTrue, scoresA), 14);
  });

  it('sees no difference between a model and itself', () => {
    const [{ yTrue, scoresA }] = golden.delong as [(typeof golden.delong)[number]];
    expect(deLongTest({ yTrue, scoresA, scoresB: scoresA })).toMatchObject({ difference: 0, z: 0, pValue: 1 });
  });
});

describe('permutationTest', () => {
  it('agrees with SciPy where all swaps are tried', () => {
    for (const { yTrue, a, b, alternative, difference, pValue } of golden.permutation) {
      const found = permutationTest({
        metric: accuracyScore,
        yTrue,
        predictionsA: a,
        predictionsB: b,
        alternative: alternative as 'less',
      });
      expectClose(found, { difference, pValue }, { where: 'permutation', tolerance: 1e-9 });
    }
  });

  it('draws swaps where there are too many to try, the same for the same seed', () => {
    const yTrue = Array.from({ length: 40 }, (_, i) => i % 2);
    const predictionsB = yTrue.map((label, i) => (i < 12 ? 1 - label : label));
    const input = { metric: accuracyScore, yTrue, predictionsA: yTrue, predictionsB, resamples: 999 };
    const found = permutationTest({ ...input, seed: 1 });
    expect(found).toEqual(permutationTest({ ...input, seed: 1 }));
    // Exactly 2 / 2^12; a thousand draws can come no closer than 2 / 1000.
    expect(found.pValue).toBeLessThan(0.01);
  });
});

describe('bootstrapInterval', () => {
  const mean = (x: ArrayLike<number>) => Array.from(x).reduce((a, b) => a + b, 0) / x.length;

  it("turns SciPy's resamples into SciPy's ends", () => {
    for (const { x, method, confidence, distribution, lower, upper } of golden.bootstrap) {
      const leaveOneOut = method === 'bca' ? x.map((_, i) => mean(x.filter((__, j) => j !== i))) : undefined;
      const ends = bootstrapEnds({
        distribution: Float64Array.from(distribution),
        estimate: mean(x),
        leaveOneOut,
        confidence,
      });
      expectClose(ends, { lower, upper }, { where: `${method} ${confidence}`, tolerance: 1e-9 });
    }
  });

  const random = randomIntegers(5);
  const yTrue = Array.from({ length: 200 }, () => (random(3) === 0 ? 'yes' : 'no'));
  const yPred = yTrue.map((label) => (random(5) === 0 ? 'yes' : label));

  it('is the same for the same seed, and another for another', () => {
    const at = (seed: number) => bootstrapInterval(accuracyScore, [yTrue, yPred], { seed, resamples: 200 });
    expect(at(3)).toEqual(at(3));
    expect(at(3)).not.toEqual(at(4));
  });

  it('lies close to the interval of Wilson for accuracy', () => {
    const { estimate, lower, upper } = bootstrapInterval(accuracyScore, [yTrue, yPred], { seed: 1 });
    const wilson = wilsonInterval(estimate * 200, 200);
    expect(Math.abs(lower - wilson.lower)).toBeLessThan(0.015);
    expect(Math.abs(upper - wilson.upper)).toBeLessThan(0.015);
  });

  it('keeps every class in every resample when stratified', () => {
    const labels = ['a', 'a', 'a', 'a', 'a', 'a', 'a', 'b'];
    const scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
    expect(() => bootstrapInterval(rocAucScore, [labels, scores])).toThrow('stratify');
    expect(bootstrapInterval(rocAucScore, [labels, scores], { stratify: labels, method: 'percentile' }).lower).toBe(1);
  });

  it('draws whole groups', () => {
    const groups = yTrue.map((_, i) => Math.floor(i / 4));
    const whole = (members: ArrayLike<number>) => {
      const counts = new Map<number, number>();
      for (const group of Array.from(members)) counts.set(group, (counts.get(group) ?? 0) + 1);
      return [...counts.values()].every((count) => count % 4 === 0) ? 1 : 0;
    };
    expect(bootstrapInterval(whole, [groups], { groups, resamples: 50, method: 'percentile' }).lower).toBe(1);
    const alike = bootstrapInterval(
      f1Score,
      [yTrue.map((label) => (label === 'yes' ? 1 : 0)), yPred.map((label) => (label === 'yes' ? 1 : 0))],
      { groups, resamples: 300 },
    );
    expect(alike.lower).toBeLessThan(alike.estimate);
    expect(alike.upper).toBeGreaterThan(alike.estimate);
  });

  it('refuses groups that span strata', () => {
    expect(() =>
      bootstrapInterval(
        accuracyScore,
        [
          ['a', 'b'],
          ['a', 'b'],
        ],
        { groups: [1, 1], stratify: ['a', 'b'] },
      ),
    ).toThrow('several strata');
  });
});

describe('coverage of 95 % intervals, in short simulations (long ones: benchmarks/metrics-coverage.ts)', () => {
  it('Wilson: between 93 and 97 of 100 hold the truth', () => {
    const random = randomIntegers(11);
    let held = 0;
    const rounds = 4000;
    for (let round = 0; round < rounds; round++) {
      let successes = 0;
      for (let i = 0; i < 80; i++) successes += random(100) < 85 ? 1 : 0;
      const { lower, upper } = wilsonInterval(successes, 80);
      if (lower <= 0.85 && 0.85 <= upper) held++;
    }
    expect(held / rounds).toBeGreaterThan(0.93);
    expect(held / rounds).toBeLessThan(0.97);
  });
});
