import { describe, expect, it } from 'vitest';
import { evaluationCases, evaluationOf } from '../../test/evaluation-cases.js';
import { analyzeErrors } from './analyze-errors.js';
import { confidentLearning } from './confident-learning.js';

describe('confidentLearning beside cleanlab', () => {
  it.each([...evaluationCases.entries()])('finds the same thresholds and the same labels in data set %d', (_, one) => {
    const classes = one.scores[0]?.length ?? 0;
    const samples = one.truth.map((label, i) => ({ label, scores: one.scores[i] ?? [] }));
    const found = confidentLearning(samples, classes);
    const { thresholds, offDiagonals, issues, ranked } = one.confidentLearning;
    for (const [k, threshold] of thresholds.entries()) expect(found.thresholds[k]).toBeCloseTo(threshold, 12);
    const off = found.confidentLabels.flatMap((label, i) => (label === undefined || label === one.truth[i] ? [] : [i]));
    expect(off).toEqual(offDiagonals);
    expect(found.issues).toEqual(issues);

    const { likelyWrongLabels } = analyzeErrors(evaluationOf(one.truth, one.scores), { limit: 1000 });
    const quality = (place: number) => one.scores[place]?.[one.truth[place] ?? 0];
    expect(likelyWrongLabels.map(({ labelQuality }) => labelQuality)).toEqual(ranked.map(quality));
    expect(new Set(likelyWrongLabels.map(({ source }) => source))).toEqual(new Set(issues.map((i) => `image ${i}`)));
  });

  it('lets nothing reach the threshold of a class without samples', () => {
    const found = confidentLearning(
      [
        { label: 0, scores: [0.1, 0.2, 0.7] },
        { label: 1, scores: [0.2, 0.7, 0.1] },
      ],
      3,
    );
    expect(found.thresholds[2]).toBeNaN();
    expect(found.confidentLabels).toEqual([0, 1]);
    expect(found.issues).toEqual([]);
  });

  it('counts the confident joint, given labels in rows', () => {
    const scores = [
      [0.9, 0.1],
      [0.8, 0.2],
      [0.1, 0.9],
      [0.1, 0.9],
      [0.2, 0.8],
      [0.9, 0.1],
    ];
    const labels = [0, 0, 0, 1, 1, 1];
    const samples = labels.map((label, i) => ({ label, scores: scores[i] ?? [] }));
    expect(confidentLearning(samples, 2).confidentJoint).toEqual([
      [2, 1],
      [1, 2],
    ]);
  });
});
