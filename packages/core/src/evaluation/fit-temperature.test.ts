import { describe, expect, it } from 'vitest';
import { evaluationCases, evaluationOf } from '../../test/evaluation-cases.js';
import { fitTemperature } from './fit-temperature.js';

describe('fitTemperature', () => {
  it("finds SciPy's temperature, and the calibration error of Guo et al. before and after it", () => {
    for (const { truth, scores, temperature } of evaluationCases) {
      const found = fitTemperature(evaluationOf(truth, scores));
      // A search for the least value of a function is exact to about the root of the precision; the bar is 1e-4.
      expect(Math.abs(found.temperature / temperature.temperature - 1)).toBeLessThan(1e-6);
      for (const side of ['before', 'after'] as const) {
        expect(Math.abs(found[side].loss - temperature[side].loss)).toBeLessThan(1e-9);
        const error = found[side].expectedCalibrationError - temperature[side].expectedCalibrationError;
        expect(Math.abs(error)).toBeLessThan(1e-6);
      }
      expect(found.reason).toBeNull();
    }
  });

  it('never makes the loss of its images greater', () => {
    for (const { truth, scores } of evaluationCases) {
      const { before, after } = fitTemperature(evaluationOf(truth, scores));
      expect(after.loss).toBeLessThanOrEqual(before.loss);
    }
  });

  it('stays 1, and says why, where every image has its own class on top', () => {
    const found = fitTemperature(
      evaluationOf(
        [0, 1],
        [
          [0.9, 0.1],
          [0.4, 0.6],
        ],
      ),
    );
    expect(found).toMatchObject({ temperature: 1, images: 2 });
    expect(found.reason).toMatch(/every validation image has its own class on top/);
    expect(found.after).toEqual(found.before);
  });

  it('stays 1, and says why, where scores are worse than chance', () => {
    const found = fitTemperature(
      evaluationOf(
        [0, 1],
        [
          [0.1, 0.9],
          [0.9, 0.1],
        ],
      ),
    );
    expect(found.temperature).toBe(1);
    expect(found.reason).toMatch(/no better than the others/);
  });

  it('takes scores of exactly 0 and 1', () => {
    const rows = [
      [1, 0],
      [1, 0],
      [1, 0],
      [0, 1],
      [0, 1],
      [0, 1],
    ];
    const { temperature, after } = fitTemperature(evaluationOf([0, 0, 1, 1, 1, 1], rows));
    // Five of six are right: that is what each of the scores should say.
    expect(Math.exp(-after.loss)).toBeCloseTo(Math.exp((5 * Math.log(5 / 6) + Math.log(1 / 6)) / 6), 6);
    expect(temperature).toBeGreaterThan(10);
  });
});
