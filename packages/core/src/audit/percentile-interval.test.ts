import { describe, expect, it } from 'vitest';
import { interpolatedInterval, nearestRankInterval } from './percentile-interval.js';

const few = [3, 1, 4, 1.5, 9, 2.6, 5, 3.5];
const many = Array.from({ length: 1000 }, (_, i) => (i * i) / 7);

// numpy.percentile(values, [2.5, 97.5]), and the same with method="nearest".
describe('intervals of draws', () => {
  it('interpolate as numpy does', () => {
    expect(interpolatedInterval(few).low).toBeCloseTo(1.0875, 12);
    expect(interpolatedInterval(few).high).toBeCloseTo(8.3, 12);
    expect(interpolatedInterval(many).low).toBeCloseTo(89.1107142857143, 9);
    expect(interpolatedInterval(many).high).toBeCloseTo(135532.10357142857, 9);
  });

  it('leave out what is no number', () => {
    expect(interpolatedInterval([...few, Number.NaN])).toEqual(interpolatedInterval(few));
  });

  it('take the nearest rank as numpy does', () => {
    expect(nearestRankInterval(few)).toEqual({ low: 1, high: 9 });
    expect(nearestRankInterval(many)).toEqual({ low: 89.28571428571429, high: 135525.14285714287 });
  });
});
