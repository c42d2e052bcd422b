import { describe, expect, it } from 'vitest';
import { evaluationCases, evaluationOf } from '../../test/evaluation-cases.js';
import { analyzeErrors } from './analyze-errors.js';

describe('analyzeErrors', () => {
  const rows = [
    [0.9, 0.1, 0],
    [0.2, 0.7, 0.1],
    [0.1, 0.8, 0.1],
    [0.3, 0.3, 0.4],
    [0.05, 0.05, 0.9],
    [1, 0, 0],
  ];
  const errors = analyzeErrors(evaluationOf([0, 0, 0, 2, 1, 1], rows));
  const sources = (list: readonly { source: unknown }[]) => list.map(({ source }) => source);

  it('lists losses, highest first; a score of 0 comes before all', () => {
    expect(sources(errors.highestLosses).slice(0, 3)).toEqual(['image 5', 'image 4', 'image 2']);
    expect(errors.highestLosses[1]?.loss).toBeCloseTo(-Math.log(0.05), 12);
    expect(errors.highestLosses[0]?.loss).toBeLessThan(Infinity);
  });

  it('counts pairs, the most frequent first, each with its images, the worst first', () => {
    const [pair, ...others] = errors.confusedPairs;
    expect(pair).toMatchObject({ trueLabel: 'class 0', label: 'class 1', count: 2, share: 2 / 3 });
    expect(sources(pair?.predictions ?? [])).toEqual(['image 2', 'image 1']);
    expect(others.map(({ trueLabel, label, count }) => [trueLabel, label, count])).toEqual([
      ['class 1', 'class 0', 1],
      ['class 1', 'class 2', 1],
    ]);
  });

  it('lists the most and the least certain, right or wrong', () => {
    expect(sources(errors.mostCertain).slice(0, 2)).toEqual(['image 5', 'image 0']);
    expect(sources(errors.leastCertain).slice(0, 2)).toEqual(['image 3', 'image 1']);
  });

  it('finds labels that were changed, best first, with the class that was taken away', () => {
    const truth = Array.from({ length: 60 }, (_, i) => i % 3);
    const scores = truth.map((label, i) =>
      [0, 1, 2].map((k) => (k === label ? 0.7 + (i % 7) / 50 : 0.15 - (i % 7) / 100)),
    );
    const changed = truth.map((label, i) => (i === 4 || i === 34 ? (label + 1) % 3 : label));
    const { likelyWrongLabels } = analyzeErrors(evaluationOf(changed, scores));
    expect(sources(likelyWrongLabels).sort()).toEqual(['image 34', 'image 4']);
    for (const { source, suggestedLabel, trueLabel } of likelyWrongLabels) {
      const place = Number(String(source).slice('image '.length));
      expect([trueLabel, suggestedLabel]).toEqual([`class ${changed[place]}`, `class ${truth[place]}`]);
    }
  });

  it('holds each list to its limit, and refuses one that is none', () => {
    const [, { truth, scores } = { truth: [], scores: [] }] = evaluationCases;
    const { highestLosses, confusedPairs, mostCertain } = analyzeErrors(evaluationOf(truth, scores), { limit: 2 });
    expect([highestLosses.length, mostCertain.length]).toEqual([2, 2]);
    expect(Math.max(...confusedPairs.map(({ predictions }) => predictions.length))).toBeLessThanOrEqual(2);
    expect(() => analyzeErrors(evaluationOf(truth, scores), { limit: 0 })).toThrow('limit is 0');
  });
});
