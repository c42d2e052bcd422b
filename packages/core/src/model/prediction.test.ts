import { describe, expect, it } from 'vitest';
import { EngineError } from '../errors.js';
import { describeScores, describeViews } from './prediction.js';

const context = { classNames: ['a', 'b'], source: 'x.png' };

describe('describeScores', () => {
  it('names scores and takes the highest', () => {
    expect(describeScores([0.2, 0.8], context)).toEqual({ source: 'x.png', label: 'b', scores: { a: 0.2, b: 0.8 } });
  });

  it.each([Number.NaN, Infinity])('refuses %d as a score, naming the image', (score) => {
    expect(() => describeScores([0.2, score], context)).toThrow(EngineError);
    expect(() => describeScores([0.2, score], context)).toThrow(/scores x\.png with what is no number/);
  });

  it('averages views after each was scaled, and applies thresholds to the mean', () => {
    const views = [Float32Array.of(0.5, 0.5), Float32Array.of(0.75, 0.25)];
    expect(describeViews(views, context).scores).toEqual({ a: 0.625, b: 0.375 });
    const { scores, label } = describeViews(views, {
      ...context,
      calibration: { temperature: 0.5, thresholds: { b: 0.2 } },
    });
    // Squares, made to sum to 1: 0.5 and 0.5; 0.9 and 0.1.
    expect(scores.a).toBeCloseTo(0.7, 12);
    expect(label).toBe('b');
  });
});
