import { describe, expect, it } from 'vitest';
import { probeFigures } from './probe-figures.js';
import { planProbes, type ProbePlan } from './probe-plan.js';

function planOf(labels: readonly string[], groups?: readonly string[]): ProbePlan {
  const planned = planProbes({ labels, groups }, { nSplits: 2, nRepeats: 1, seed: 1, mostImages: 1000 });
  if (!('plan' in planned)) throw new Error(planned.reason);
  return planned.plan;
}

const votesFor = ({ labels, classNames }: ProbePlan): Float64Array => {
  const votes = new Float64Array(labels.length * classNames.length);
  for (const [row, label] of labels.entries()) votes[row * classNames.length + label] = 1;
  return votes;
};

describe('probeFigures', () => {
  it('gives a probe that is always right 1, and no doubt, also where many resamples leave a class out', () => {
    const labels = [...Array<string>(40).fill('common'), 'rare', 'rare'];
    const plan = planOf(labels);
    const { accuracy, interval, gain, gainInterval, classes } = probeFigures(votesFor(plan), plan);
    expect([accuracy, gain]).toEqual([1, 1]);
    expect([interval, gainInterval]).toEqual([
      { low: 1, high: 1 },
      { low: 1, high: 1 },
    ]);
    for (const figure of classes)
      expect(figure).toMatchObject({ recall: 1, falseAlarms: 0, interval: { low: 1, high: 1 } });
  });

  it('resamples groups where there are any: few groups, much doubt', () => {
    const labels = Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? 'a' : 'b'));
    const groups = labels.map((_, i) => `g${Math.floor(i / 20)}`);
    const [alone, grouped] = [planOf(labels), planOf(labels, groups)];
    // Wrong for all images of one group of four.
    const votes = votesFor(alone);
    for (let row = 0; row < 20; row++) votes.subarray(2 * row, 2 * row + 2).reverse();
    const width = (plan: ProbePlan) => {
      const { low, high } = probeFigures(votes, plan).interval;
      return high - low;
    };
    expect(probeFigures(votes, grouped).accuracy).toBe(0.75);
    expect(width(grouped)).toBeGreaterThan(2 * width(alone));
  });
});
