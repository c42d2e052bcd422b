import { describe, expect, it } from 'vitest';
import * as metrics from '@graft-ml/metrics';

const rows = [
  [0.7, 0.3],
  [0.4, 0.6],
];

describe('bad input is refused with what was given, what was expected and what to do', () => {
  const cases: [string, () => unknown, string | RegExp][] = [
    [
      'lengths that differ',
      () => metrics.confusionMatrix(['a', 'b', 'c', 'd'], ['a', 'b', 'c']),
      'yPred has length 3 but yTrue has 4; pass one entry for each sample',
    ],
    ['lengths of scores', () => metrics.rocAucScore([0, 1], [0.5]), 'yScore has length 1 but yTrue has 2'],
    ['lengths of rows', () => metrics.logLoss(['a', 'b'], [[0.5, 0.5]]), 'yProba has length 1 but yTrue has 2'],
    [
      'lengths of weights',
      () => metrics.accuracyScore([0, 1], [0, 1], { sampleWeight: [1] }),
      'sampleWeight has length 1 but yTrue has 2',
    ],
    ['empty arrays', () => metrics.classificationReport([], []), 'yTrue is empty; pass at least one sample'],
    ['empty scores', () => metrics.rocCurve([], []), 'yTrue is empty'],
    ['NaN scores', () => metrics.rocAucScore([0, 1], [0.5, NaN]), 'yScore[1] is NaN; expected a finite number'],
    ['infinite scores', () => metrics.precisionRecallCurve([0, 1], [-Infinity, 1]), 'yScore[0] is -Infinity'],
    ['missing scores', () => metrics.detCurve([0, 1], [0.5, undefined as unknown as number]), 'yScore[1] is undefined'],
    [
      'NaN among class scores',
      () =>
        metrics.topKAccuracyScore(
          ['a', 'b'],
          [
            [0, NaN],
            [1, 0],
          ],
        ),
      'yScore[0] holds NaN; expected finite numbers',
    ],
    [
      'infinite probabilities',
      () =>
        metrics.logLoss(
          ['a', 'b'],
          [
            [0, Infinity],
            [1, 0],
          ],
        ),
      'yProba[0] holds Infinity',
    ],
    [
      'probabilities that do not sum to 1',
      () =>
        metrics.logLoss(
          ['a', 'b'],
          [
            [0.7, 0.2],
            [0.5, 0.5],
          ],
        ),
      /yProba\[0\] sums to 0\.8999+\d*; expected probabilities that sum to 1; apply softmax first/,
    ],
    [
      'logits as probabilities',
      () =>
        metrics.brierScoreLoss(
          ['a', 'b'],
          [
            [2, -1],
            [0.5, 0.5],
          ],
        ),
      'yProba[0] holds 2; expected a probability, 0 to 1',
    ],
    [
      'a probability above 1',
      () => metrics.calibrationCurve([0, 1], [0.5, 1.5]),
      'yProb[1] is 1.5; expected a probability, 0 to 1',
    ],
    ['a NaN probability', () => metrics.brierScoreLoss([0, 1], [0.5, NaN]), 'yProba[1] is NaN'],
    [
      'class scores that do not sum to 1',
      () =>
        metrics.rocAucScore(
          ['a', 'b', 'c'],
          [
            [1, 1, 0],
            [0, 1, 0],
            [0, 0, 1],
          ],
          { multiClass: 'ovr' },
        ),
      'yScore[0] sums to 2',
    ],
    [
      'ragged rows',
      () => metrics.logLoss(['a', 'b'], [[0.5, 0.5], [1]]),
      'yProba[1] has 1 entries but the first row has 2',
    ],
    [
      'an unknown label',
      () => metrics.confusionMatrix(['a', 'x'], ['a', 'a'], { labels: ['a', 'b'] }),
      `labels lacks "x"; name every class that occurs, or pass unknownLabels: 'drop'`,
    ],
    [
      'an unknown label of scores',
      () => metrics.logLoss(['a', 'x'], rows, { labels: ['a', 'b'] }),
      'labels lacks "x", which yTrue holds',
    ],
    [
      'columns without a class',
      () => metrics.logLoss(['a', 'a'], rows),
      'the scores have 2 columns but there are 1 classes ("a"); pass labels',
    ],
    [
      'labels of which none occurs',
      () => metrics.cohenKappaScore(['a'], ['a'], { labels: ['b'] }),
      'none of labels ("b") is in yTrue',
    ],
    ['no labels at all', () => metrics.f1Score(['a'], ['a'], { average: 'macro', labels: [] }), 'labels is empty'],
    [
      'labels named twice',
      () => metrics.f1Score(['a'], ['a'], { average: 'macro', labels: ['a', 'a'] }),
      'labels repeats a class: "a", "a"',
    ],
    [
      'a negative weight',
      () => metrics.confusionMatrix(['a', 'b'], ['a', 'b'], { sampleWeight: [1, -2] }),
      'sampleWeight[1] is -2; expected a finite number, 0 or more',
    ],
    ['a NaN weight', () => metrics.rocAucScore([0, 1], [0, 1], { sampleWeight: [NaN, 1] }), 'sampleWeight[0] is NaN'],
    [
      'weights that are all 0',
      () => metrics.rocAucScore([0, 1], [0, 1], { sampleWeight: [0, 0] }),
      'every sampleWeight is 0',
    ],
    [
      'scores as labels',
      () => metrics.accuracyScore([0, 1], [0.2, 0.8]),
      'yPred[0] is 0.2; expected a class label, a string or an integer; pass classes here, not scores',
    ],
    ['a NaN label', () => metrics.accuracyScore([0, NaN], [0, 1]), 'yTrue[1] is NaN'],
    [
      'three classes as binary',
      () => metrics.precisionScore([0, 1, 2], [0, 1, 2]),
      'average is "binary" but there are 3 classes (0, 1, 2)',
    ],
    [
      'a positive label that does not occur',
      () => metrics.recallScore(['no', 'yes'], ['no', 'yes']),
      'posLabel is 1; expected one of "no", "yes"',
    ],
    [
      'an unclear positive class',
      () => metrics.rocCurve(['no', 'yes'], [0, 1]),
      'the labels are "no", "yes"; name the positive one with posLabel',
    ],
    [
      'an unknown average',
      () => metrics.f1Score([0, 1], [0, 1], { average: 'samples' as 'macro' }),
      'average is "samples"; expected one of "binary", "micro", "macro", "weighted", "none"',
    ],
    [
      'an unknown normalize',
      () => metrics.confusionMatrix([0], [0], { normalize: 'rows' as 'true' }),
      'normalize is "rows"; expected one of null, "true", "pred", "all"',
    ],
    [
      'an unknown zeroDivision',
      () => metrics.f1Score([0], [0], { zeroDivision: 0.5 as 0 }),
      'zeroDivision is 0.5; expected one of 0, 1, NaN, "warn"',
    ],
    [
      'a negative beta',
      () => metrics.fbetaScore([0, 1], [0, 1], { beta: -1 }),
      'beta is -1; expected a number, 0 or more',
    ],
    [
      'digits below 0',
      () => metrics.classificationReport([0], [0], { digits: -1 }),
      'digits is -1; expected a whole number, 0 or more',
    ],
    [
      'too few names',
      () => metrics.classificationReport(['a', 'b'], ['a', 'b'], { targetNames: ['A'] }),
      'targetNames has 1 names but there are 2 classes',
    ],
    ['k of 0', () => metrics.topKAccuracyScore([0, 1], [0, 1], { k: 0 }), 'k is 0; expected a whole number, 1 or more'],
    [
      'a maxFpr of 0',
      () => metrics.rocAucScore([0, 1], [0, 1], { maxFpr: 0 }),
      'maxFpr is 0; expected a number above 0 and at most 1',
    ],
    [
      'a maxFpr with many classes',
      () => metrics.rocAucScore(['a', 'b'], rows, { maxFpr: 0.5, multiClass: 'ovr' }),
      'maxFpr is 0.5; with rows of class scores expected it to be left out',
    ],
    ['rows without multiClass', () => metrics.rocAucScore(['a', 'b'], rows), 'pass multiClass: "ovr"'],
    [
      'many classes with one column',
      () => metrics.rocAucScore([0, 1, 2], [0, 1, 2]),
      'yTrue has 3 classes (0, 1, 2) but yScore has one column',
    ],
    [
      'weights with pairs',
      () => metrics.rocAucScore(['a', 'b'], rows, { multiClass: 'ovo', sampleWeight: [1, 1] }),
      'weights work with "ovr" only',
    ],
    ['one class where two are needed', () => metrics.bestThreshold([1, 1], [0, 1]), 'yTrue has one class only'],
    [
      'two positives too few',
      () => metrics.deLongTest({ yTrue: [0, 1], scoresA: [0, 1], scoresB: [0, 1] }),
      'yTrue has 1 positives and 1 negatives; a variance needs two or more of each',
    ],
    [
      'a confidence of 95',
      () => metrics.wilsonInterval(1, 2, { confidence: 95 }),
      'confidence is 95; expected a number above 0 and below 1',
    ],
    ['more successes than tries', () => metrics.wilsonInterval(3, 2), 'successes is 3 but n is 2; expected at most n'],
    [
      'no resamples',
      () => metrics.bootstrapInterval(metrics.accuracyScore, [[0], [0]], { resamples: 0 }),
      'resamples is 0',
    ],
    [
      'an indicator of 2',
      () => metrics.multilabelConfusionMatrix([[0, 1]], [[0, 2]]),
      'column 1 of a row of 2 is 2; expected 0 or 1',
    ],
    [
      'an unknown column',
      () => metrics.multilabelConfusionMatrix([[0, 1]], [[0, 1]], { labels: [2] }),
      'column 2 of a row of 2 is undefined; expected 0 or 1',
    ],
    [
      'samplewise class labels',
      () => metrics.multilabelConfusionMatrix([0], [0], { samplewise: true }),
      'samplewise is true but yTrue holds class labels',
    ],
    ['a curve that turns back', () => metrics.auc([0, 1, 0.5], [0, 1, 1]), 'x turns back at position 2'],
    [
      'a matrix that is not square',
      () => metrics.formatConfusionMatrix({ labels: ['a'], matrix: [[1, 2]] }),
      'the matrix has 1 rows',
    ],
    [
      'an unknown positive class',
      () => metrics.summarizeMetrics({ yTrue: ['a', 'b'], yPred: ['a', 'b'], positive: 'c' }),
      'positive is "c"; expected one of "a", "b"',
    ],
  ];

  it.each(cases)('%s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
    expect(call).not.toThrow(/\n/);
  });

  it('labels of mixed kinds are a TypeError', () => {
    const mixed = () => metrics.accuracyScore(['a', 'b'], [0, 1]);
    expect(mixed).toThrow(TypeError);
    expect(mixed).toThrow('yPred[0] is the number 0 but other labels are strings; use one kind');
  });

  it('labels that are neither strings nor numbers are a TypeError', () => {
    const missing = () => metrics.confusionMatrix(['a', null] as unknown as string[], ['a', 'b']);
    expect(missing).toThrow(TypeError);
    expect(missing).toThrow('yTrue[1] is null (object); expected a string or an integer');
  });
});

describe('float32 softmax and rounded probabilities pass', () => {
  it('sums within 1e-5 of 1', () => {
    const row = Float32Array.from([0.1, 0.2, 0.7]);
    expect(metrics.logLoss(['a', 'b', 'c'], [row, row, row])).toBeGreaterThan(0);
    expect(() =>
      metrics.logLoss(
        ['a', 'b'],
        [
          [0.333333, 0.666666],
          [0.5, 0.5],
        ],
      ),
    ).not.toThrow();
  });

  it('clips by the precision of the scores, as scikit-learn does', () => {
    const loss = (row: ArrayLike<number>) => metrics.logLoss(['a', 'b'], [row, row], { labels: ['a', 'b'] });
    expect(loss([0, 1])).toBeCloseTo(-Math.log(2 ** -52) / 2, 10);
    expect(loss(Float32Array.of(0, 1))).toBeCloseTo(-Math.log(2 ** -23) / 2, 6);
  });
});

describe('warnings go to a callback, never to the console', () => {
  const warned = (call: (onWarning: (message: string) => void) => unknown): string[] => {
    const messages: string[] = [];
    call((message) => messages.push(message));
    return messages;
  };

  it('where a score is undefined', () => {
    expect(warned((onWarning) => metrics.precisionScore([0, 1], [0, 0], { onWarning }))).toEqual([
      'precision is undefined and set to 0 where there are no predicted samples; pass zeroDivision to choose',
    ]);
    expect(warned((onWarning) => metrics.precisionScore([0, 1], [0, 0], { onWarning, zeroDivision: 1 }))).toEqual([]);
    expect(warned((onWarning) => metrics.classificationReport(['a', 'b'], ['c', 'c'], { onWarning }))).toHaveLength(2);
    expect(warned((onWarning) => metrics.cohenKappaScore([1, 1], [1, 1], { onWarning }))).toHaveLength(1);
    expect(warned((onWarning) => metrics.rocAucScore([1, 1], [0, 1], { onWarning }))).toHaveLength(1);
    expect(warned((onWarning) => metrics.rocCurve([1, 1], [0, 1], { onWarning }))).toEqual([
      'yTrue has no negative samples; the rate among them is NaN',
    ]);
    expect(warned((onWarning) => metrics.precisionRecallCurve([0, 0], [0, 1], { onWarning }))).toHaveLength(1);
    expect(warned((onWarning) => metrics.balancedAccuracyScore(['a', 'a'], ['a', 'b'], { onWarning }))).toHaveLength(1);
    expect(warned((onWarning) => metrics.topKAccuracyScore([0, 1], [0, 1], { onWarning, k: 2 }))).toHaveLength(1);
    expect(warned((onWarning) => metrics.classLikelihoodRatios([0, 1], [0, 1], { onWarning }))).toHaveLength(1);
  });
});
