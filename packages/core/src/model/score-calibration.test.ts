import { describe, expect, it } from 'vitest';
import { checkCalibration, decideClass, logScores, scaleScores } from './score-calibration.js';

describe('scaleScores', () => {
  it('divides logits: softmax of logits / T from softmax of logits', () => {
    const softmax = (logits: number[]) => {
      const powers = logits.map(Math.exp);
      return powers.map((power) => power / powers.reduce((a, b) => a + b));
    };
    const logits = [2, -1, 0.5];
    const scaled = scaleScores(softmax(logits), 2.5);
    for (const [k, score] of softmax(logits.map((logit) => logit / 2.5)).entries())
      expect(scaled[k]).toBeCloseTo(score, 14);
  });

  it('gives scores back as they are for a temperature of 1', () => {
    const scores = Float32Array.of(0.25, 0.75);
    expect(scaleScores(scores)).toBe(scores);
  });

  it('keeps scores of exactly 0 finite, and a sum of 1, at any temperature', () => {
    for (const temperature of [0.01, 0.5, 3, 1e6]) {
      const scaled = [...scaleScores([1, 0, 0], temperature)];
      expect(scaled.every(Number.isFinite)).toBe(true);
      expect(scaled.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    }
    expect([...logScores([0])][0]).toBeCloseTo(-87.34, 2);
  });
});

describe('decideClass', () => {
  const classNames = ['a', 'b', 'c'];

  it('takes the highest score, the first of equals, where there are no thresholds', () => {
    expect(decideClass([0.2, 0.4, 0.4], { classNames })).toBe(1);
  });

  it('calls a class whose score reaches its threshold, though another is higher', () => {
    expect(decideClass([0.6, 0.3, 0.1], { classNames, thresholds: { b: 0.3 } })).toBe(1);
    expect(decideClass([0.6, 0.29, 0.11], { classNames, thresholds: { b: 0.3 } })).toBe(0);
  });

  it('does not take a class that misses its threshold, as long as there is another', () => {
    expect(decideClass([0.7, 0.2, 0.1], { classNames, thresholds: { a: 0.8 } })).toBe(1);
    expect(decideClass([0.7, 0.2, 0.1], { classNames, thresholds: { a: 0.8, b: 0.5, c: 0.5 } })).toBe(0);
  });

  it('of several called ones takes that which is the most times its threshold', () => {
    expect(decideClass([0.5, 0.3, 0.2], { classNames, thresholds: { a: 0.4, b: 0.1, c: 0.15 } })).toBe(1);
  });

  it('is the rule of one threshold for two classes', () => {
    const two = { classNames: ['no', 'yes'], thresholds: { yes: 0.2 } };
    expect([0.1, 0.2, 0.3, 0.9].map((yes) => decideClass([1 - yes, yes], two))).toEqual([0, 1, 1, 1]);
  });

  it("survives another engine's rounding of a score that is a threshold", () => {
    for (const limit of [1, 0.999_99, 0.5, 1e-4]) {
      expect(decideClass([0, Math.fround(limit * (1 - 1e-7)), 0], { classNames, thresholds: { b: limit } })).toBe(1);
    }
    expect(decideClass([0.000_02, 0.999_98, 0], { classNames, thresholds: { b: 0.999_99 } })).toBe(0);
  });

  it('knows a class called __proto__', () => {
    const names = ['__proto__', 'x'];
    const thresholds = Object.fromEntries([['__proto__', 0.1]]);
    expect(decideClass([0.2, 0.8], { classNames: names, thresholds })).toBe(0);
    expect(decideClass([0.2, 0.8], { classNames: ['toString', 'x'], thresholds: {} })).toBe(1);
  });
});

describe('checkCalibration', () => {
  it.each([
    [{ temperature: 0 }, /temperature is 0/],
    [{ temperature: Number.NaN }, /temperature is NaN/],
    [{ thresholds: { c: 0.5 } }, /"c", none of this model's classes: a, b/],
    [{ thresholds: { a: 0 } }, /threshold of "a" is 0/],
    [{ thresholds: { a: 1.5 } }, /threshold of "a" is 1.5/],
  ])('refuses %j', (calibration, message) => {
    expect(() => checkCalibration(calibration, ['a', 'b'])).toThrow(message);
  });
});
