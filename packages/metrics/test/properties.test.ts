import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as metrics from '@graft-ml/metrics';

type Metric = (yTrue: readonly string[], yPred: readonly string[], options?: { sampleWeight?: number[] }) => number;

/** Every metric of labels joins this table and inherits the properties below. */
const labelMetrics: Readonly<Record<string, Metric>> = {
  accuracyScore: metrics.accuracyScore,
  balancedAccuracyScore: metrics.balancedAccuracyScore,
  cohenKappaScore: (t, p, o) => metrics.cohenKappaScore(t, p, { ...o, replaceUndefinedBy: 0 }),
  f1Macro: (t, p, o) => metrics.f1Score(t, p, { ...o, average: 'macro' }),
  fbetaWeighted: (t, p, o) => metrics.fbetaScore(t, p, { ...o, average: 'weighted', beta: 2 }),
  hammingLoss: metrics.hammingLoss,
  jaccardMacro: (t, p, o) => metrics.jaccardScore(t, p, { ...o, average: 'macro' }),
  matthewsCorrcoef: metrics.matthewsCorrcoef,
  negativePredictiveValue: (t, p, o) => metrics.negativePredictiveValue(t, p, { ...o, average: 'macro' }),
  precisionMacro: (t, p, o) => metrics.precisionScore(t, p, { ...o, average: 'macro' }),
  recallWeighted: (t, p, o) => metrics.recallScore(t, p, { ...o, average: 'weighted' }),
  specificityMacro: (t, p, o) => metrics.specificityScore(t, p, { ...o, average: 'macro' }),
  zeroOneLoss: metrics.zeroOneLoss,
};

const classes = ['a', 'b', 'c', 'd'];
const samples = fc.array(fc.record({ truth: fc.constantFrom(...classes), guess: fc.constantFrom(...classes) }), {
  minLength: 1,
  maxLength: 60,
});
const scored = fc
  .array(fc.record({ positive: fc.boolean(), score: fc.integer({ min: -6, max: 6 }) }), { minLength: 2, maxLength: 50 })
  .filter((all) => new Set(all.map(({ positive }) => positive)).size === 2);
const close = (a: number, b: number) => expect(a).toBeCloseTo(b, 12);

describe.each(Object.entries(labelMetrics))('%s', (_, metric) => {
  it('does not depend on the order of samples', () => {
    fc.assert(
      fc.property(samples, fc.infiniteStream(fc.nat()), (all, keys) => {
        const shuffled = all
          .map((one) => ({ one, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        close(
          metric(
            shuffled.map((s) => s.truth),
            shuffled.map((s) => s.guess),
          ),
          metric(
            all.map((s) => s.truth),
            all.map((s) => s.guess),
          ),
        );
      }),
    );
  });

  it('treats a weight of 2 as the sample given twice', () => {
    fc.assert(
      fc.property(samples, (all) => {
        const sampleWeight = all.map((_sample, i) => 1 + (i % 2));
        const repeated = all.flatMap((sample, i) => (i % 2 ? [sample, sample] : [sample]));
        close(
          metric(
            all.map((s) => s.truth),
            all.map((s) => s.guess),
            { sampleWeight },
          ),
          metric(
            repeated.map((s) => s.truth),
            repeated.map((s) => s.guess),
          ),
        );
      }),
    );
  });

  it('does not depend on the names of classes', () => {
    fc.assert(
      fc.property(samples, (all) => {
        const rename = (label: string) => `z${3 - classes.indexOf(label)}`;
        close(
          metric(
            all.map((s) => rename(s.truth)),
            all.map((s) => rename(s.guess)),
          ),
          metric(
            all.map((s) => s.truth),
            all.map((s) => s.guess),
          ),
        );
      }),
    );
  });
});

describe('confusionMatrix', () => {
  it('sums to the number of samples', () => {
    fc.assert(
      fc.property(samples, (all) => {
        const { matrix } = metrics.confusionMatrix(
          all.map((s) => s.truth),
          all.map((s) => s.guess),
        );
        expect(matrix.flat().reduce((a, b) => a + b, 0)).toBe(all.length);
      }),
    );
  });

  it('is permuted by another order of labels', () => {
    fc.assert(
      fc.property(samples, fc.shuffledSubarray(classes, { minLength: 4 }), (all, labels) => {
        const [yTrue, yPred] = [all.map((s) => s.truth), all.map((s) => s.guess)];
        const sorted = metrics.confusionMatrix(yTrue, yPred, { labels: classes }).matrix;
        const permuted = metrics.confusionMatrix(yTrue, yPred, { labels }).matrix;
        const at = labels.map((label) => classes.indexOf(label));
        expect(permuted).toEqual(at.map((i) => at.map((j) => sorted[i]?.[j])));
      }),
    );
  });

  it('takes typed arrays as it takes plain ones', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1 }), (pairs) => {
        const [yTrue, yPred] = [pairs.map(([t]) => t), pairs.map(([, p]) => p)];
        for (const Kind of [Uint8Array, Int16Array, Int32Array, Float32Array, Float64Array]) {
          expect(metrics.confusionMatrix(Kind.from(yTrue), Kind.from(yPred))).toEqual(
            metrics.confusionMatrix(yTrue, yPred),
          );
        }
      }),
    );
  });
});

describe('averages', () => {
  it('micro F1, precision and recall equal accuracy', () => {
    fc.assert(
      fc.property(samples, (all) => {
        const [yTrue, yPred] = [all.map((s) => s.truth), all.map((s) => s.guess)];
        const accuracy = metrics.accuracyScore(yTrue, yPred);
        for (const score of [metrics.f1Score, metrics.precisionScore, metrics.recallScore])
          close(score(yTrue, yPred, { average: 'micro' }), accuracy);
      }),
    );
  });

  it('many samples of small numbers count as they do one by one', () => {
    const yTrue = Array.from({ length: 20_000 }, (_, i) => i % 7);
    const yPred = yTrue.map((label, i) => (i % 3 ? label : (i * 5) % 11));
    const named = (labels: number[]) => labels.map((label) => `n${String(label).padStart(2, '0')}`);
    const scores = metrics.precisionRecallFscoreSupport(Uint8Array.from(yTrue), yPred);
    expect(scores).toEqual(metrics.precisionRecallFscoreSupport(named(yTrue), named(yPred)));
  });
});

describe('ConfusionAccumulator', () => {
  it('of parts, merged in any order, equals one pass', () => {
    fc.assert(
      fc.property(fc.array(samples, { minLength: 1, maxLength: 5 }), (batches) => {
        const parts = batches.map((batch) =>
          new metrics.ConfusionAccumulator().update(
            batch.map((s) => s.truth),
            batch.map((s) => s.guess),
          ),
        );
        const merged = new metrics.ConfusionAccumulator();
        for (const part of parts.reverse())
          merged.merge(JSON.parse(JSON.stringify(part.state())) as metrics.ConfusionAccumulatorState);
        const [yTrue, yPred] = [batches.flat().map((s) => s.truth), batches.flat().map((s) => s.guess)];
        expect(merged.confusionMatrix()).toEqual(metrics.confusionMatrix(yTrue, yPred));
        expect(String(merged.classificationReport())).toBe(String(metrics.classificationReport(yTrue, yPred)));
        for (const metric of Object.values(labelMetrics))
          close(merged.score(metric as typeof metrics.accuracyScore), metric(yTrue, yPred));
      }),
      { numRuns: 30 },
    );
  });

  it('keeps fixed classes, refuses others and copies its state', () => {
    const fixed = new metrics.ConfusionAccumulator({ labels: ['b', 'a', 'c'] });
    expect(fixed.confusionMatrix()).toEqual({
      labels: ['b', 'a', 'c'],
      matrix: [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
    });
    fixed.update(['a', 'b'], ['a', 'a'], { sampleWeight: [0.5, 2] });
    expect(fixed.state()).toEqual({
      labels: ['b', 'a', 'c'],
      matrix: [
        [0, 2, 0],
        [0, 0.5, 0],
        [0, 0, 0],
      ],
      weighted: true,
    });
    (fixed.state().matrix[0] as number[])[0] = 99;
    expect(fixed.confusionMatrix().matrix[0]).toEqual([0, 2, 0]);
    expect(() => fixed.update(['z'], ['a'])).toThrow('labels lacks "z"');
    expect(() => fixed.merge(new metrics.ConfusionAccumulator().update(['z'], ['z']))).toThrow('labels lacks "z"');
    expect(() => new metrics.ConfusionAccumulator().score(metrics.accuracyScore)).toThrow('empty');
  });
});

describe('area under the ROC curve', () => {
  it('is the Mann–Whitney statistic, ties counting half', () => {
    fc.assert(
      fc.property(scored, (all) => {
        const positives = all.filter((s) => s.positive);
        const negatives = all.filter((s) => !s.positive);
        let wins = 0;
        for (const { score } of positives)
          for (const other of negatives) wins += score > other.score ? 1 : score === other.score ? 0.5 : 0;
        const area = metrics.rocAucScore(
          all.map((s) => Number(s.positive)),
          all.map((s) => s.score),
        );
        close(area, wins / positives.length / negatives.length);
      }),
    );
  });

  it('is the area under rocCurve, and 1 less itself for negated scores', () => {
    fc.assert(
      fc.property(scored, (all) => {
        const yTrue = all.map((s) => Number(s.positive));
        const area = metrics.rocAucScore(
          yTrue,
          all.map((s) => s.score),
        );
        for (const dropIntermediate of [true, false]) {
          const { fpr, tpr } = metrics.rocCurve(
            yTrue,
            all.map((s) => s.score),
            { dropIntermediate },
          );
          close(metrics.auc(fpr, tpr), area);
        }
        close(
          metrics.rocAucScore(
            yTrue,
            all.map((s) => -s.score),
          ),
          1 - area,
        );
      }),
    );
  });

  it('is the same by radix sort as by comparison, and in float32', () => {
    const yTrue = Array.from({ length: 6000 }, (_, i) => (i * 7919) % 13 < 5);
    const scores = Float32Array.from(yTrue, (positive, i) => Math.sin(i * 12.9898) * 1e3 + (positive ? 300 : -1e-3));
    const labels = yTrue.map(Number);
    const order = Array.from(scores.keys()).sort((a, b) => (scores[a] as number) - (scores[b] as number));
    const positives = labels.reduce((a, b) => a + b, 0);
    const ranks = order.reduce((sum, sample, rank) => sum + (yTrue[sample] ? rank + 1 : 0), 0);
    close(
      metrics.rocAucScore(labels, scores),
      (ranks - (positives * (positives + 1)) / 2) / positives / (6000 - positives),
    );
    expect(metrics.rocAucScore(labels, Array.from(scores))).toBe(metrics.rocAucScore(labels, scores));
  });
});
