import { describe, expect, it } from 'vitest';
import { planProbes, type PlanOptions } from './probe-plan.js';

const options: PlanOptions = { nSplits: 5, nRepeats: 2, seed: 1, mostImages: 1000 };
const repeat = (label: string, count: number) => Array.from({ length: count }, () => label);

describe('planProbes', () => {
  it('tests every image once in each repeat, with every class on the training side', () => {
    const labels = [...repeat('a', 11), ...repeat('b', 9), ...repeat('c', 10)];
    const planned = planProbes({ labels, groups: undefined }, options);
    if (!('plan' in planned)) throw new Error(planned.reason);
    const { folds, chance, metric, classNames } = planned.plan;
    expect([folds.length, metric, classNames, planned.leftOut]).toEqual([10, 'accuracy', ['a', 'b', 'c'], []]);
    expect(chance).toBeCloseTo(11 / 30, 12);
    const tested = folds.slice(0, 5).flatMap(({ test }) => test);
    expect(tested.sort((a, b) => a - b)).toEqual([...labels.keys()]);
  });

  it('leaves out a class that is too small, and says so; with one class left there is no plan', () => {
    const labels = [...repeat('a', 10), 'lonely', ...repeat('b', 10)];
    const planned = planProbes({ labels, groups: undefined }, options);
    if (!('plan' in planned)) throw new Error(planned.reason);
    expect(planned.leftOut).toEqual([{ className: 'lonely', images: 1, groups: undefined }]);
    expect(planned.plan.places).not.toContain(10);
    expect(planned.plan.labels).toHaveLength(20);
    expect(planProbes({ labels: [...repeat('a', 10), 'b'], groups: undefined }, options)).toMatchObject({
      reason: '5 folds need two classes of at least 5 readable images each; there is one',
      leftOut: [{ className: 'b' }],
    });
    expect(planProbes({ labels: [], groups: undefined }, options)).toMatchObject({ leftOut: [] });
  });

  it('keeps groups together, and counts groups where they are few', () => {
    const labels = Array.from({ length: 60 }, (_, i) => (i % 12 < 6 ? 'a' : 'b'));
    const groups = labels.map((_, i) => `g${i % 12}`);
    const planned = planProbes({ labels, groups }, options);
    if (!('plan' in planned)) throw new Error(planned.reason);
    for (const { train, test } of planned.plan.folds) {
      const known = new Set(train.map((place) => groups[place]));
      expect(test.some((place) => known.has(groups[place]))).toBe(false);
    }
    const few = groups.map((group, i) => (labels[i] === 'b' ? 'one' : group));
    expect(planProbes({ labels, groups: few }, options)).toMatchObject({ leftOut: [{ className: 'b', groups: 1 }] });
  });

  it('measures recalls where classes differ in size', () => {
    const labels = [...repeat('a', 30), ...repeat('b', 10)];
    const planned = planProbes({ labels, groups: undefined }, options);
    expect(planned).toMatchObject({ plan: { metric: 'balancedAccuracy', chance: 0.5 } });
  });

  it('draws a part of each class from a large set', () => {
    const labels = [...repeat('a', 3000), ...repeat('b', 1000)];
    const planned = planProbes({ labels, groups: undefined }, { ...options, mostImages: 400 });
    if (!('plan' in planned)) throw new Error(planned.reason);
    const drawn = planned.plan.labels;
    expect([drawn.length, drawn.filter((label) => label === 0).length]).toEqual([400, 300]);
  });
});
