import { expect, it } from 'vitest';
import { ChannelSums } from './channel-statistics.js';

it('gives mean and deviation of each channel over several batches', () => {
  const sums = new ChannelSums(2);
  sums.add(Float32Array.of(1, 10, 3, 10));
  sums.add(Float32Array.of(5, 10));
  const { mean, deviation } = sums.statistics();
  expect([...mean]).toEqual([3, 10]);
  expect(deviation[0]).toBeCloseTo(Math.sqrt(8 / 3) + 1e-3, 6);
  // A channel that never changes is not divided by nought.
  expect(deviation[1]).toBeCloseTo(1e-3, 6);
});
