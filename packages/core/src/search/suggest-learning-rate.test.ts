import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/heads.json';
import { suggestLearningRate } from './suggest-learning-rate.js';

describe('suggestLearningRate', () => {
  it('reads the steepest and the tenth of the least off a curve as numpy does', () => {
    const { rates, smoothed, steepest, minimumTenth } = golden.rangeTest;
    const points = rates.map((learningRate, i) => ({ learningRate, smoothedLoss: smoothed[i] ?? Number.NaN }));
    expect(suggestLearningRate(points)).toEqual({
      steepest,
      minimumTenth,
      suggestion: Math.min(steepest, minimumTenth),
    });
  });

  it('says what to do where the loss ran away at once', () => {
    expect(() => suggestLearningRate([{ learningRate: 1, smoothedLoss: 1 }])).toThrow(
      'ran away after 1 steps; begin with a lower learning rate',
    );
  });
});
