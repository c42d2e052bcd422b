import { classificationReport, confusionMatrix } from '@graft-ml/metrics';
import { keyedRandom, type AuditReport, type EpochLog, type ImageReference } from '@graft-ml/core';
import type { Evaluation, LabelledPrediction } from '@graft-ml/core/evaluation';
import { analyzeErrors, evaluationIntervals } from '@graft-ml/core/evaluation';
import type { ReportInput } from '../src/report/report-input.js';

/** What an attacker would call a class, and what people do call theirs. */
export const hostileNames = [
  '<script>window.hacked = 1</script>',
  '</script><img src=x onerror="window.hacked = 2">',
  '"\'><svg onload=window.hacked=3>',
  '\u05d3\u05dc\u05e7\u05ea \u05e8\u05d9\u05d0\u05d5\u05ea',
  '\u{1F600} [link](http://evil.example) `code` | **bold**',
  'x'.repeat(200),
  'normal\u202e\u0000',
];

/** Predictions that are right three times in four, the same ones for each name and number. */
export function madeUpEvaluation(
  classNames: readonly string[],
  perClass: number,
  sourceOf: (className: string, place: number) => ImageReference = (className, place) => `${className}/${place}.png`,
): Evaluation {
  const random = keyedRandom({ seed: 1, purpose: 'report fixture' });
  const predictions = classNames.flatMap((trueLabel) =>
    Array.from({ length: perClass }, (_, place): LabelledPrediction => {
      const raw = classNames.map((name) => Math.exp(5 * (random.uniform() + (name === trueLabel ? 0.6 : 0))));
      const sum = raw.reduce((a, b) => a + b, 0);
      const label = classNames[raw.indexOf(Math.max(...raw))] as string;
      const scores = Object.fromEntries(classNames.map((name, i) => [name, (raw[i] as number) / sum]));
      return { source: sourceOf(trueLabel, place), label, scores, trueLabel };
    }),
  );
  const yTrue = predictions.map(({ trueLabel }) => trueLabel);
  const yPred = predictions.map(({ label }) => label);
  const labels = [...classNames];
  return {
    classNames,
    accuracy: yTrue.filter((label, i) => label === yPred[i]).length / yTrue.length,
    loss: 0.5,
    report: classificationReport(yTrue, yPred, { labels }),
    confusionMatrix: confusionMatrix(yTrue, yPred, { labels }).matrix,
    predictions,
    skipped: [],
  };
}

const madeUpAudit: AuditReport = {
  verdict: 'shortcut',
  sentence: 'Solvable by a shortcut <b>of course</b>.',
  checks: [
    {
      name: 'thumbnail16',
      title: '16×16 thumbnails',
      kind: 'probe',
      verdict: 'shortcut',
      sentence: 'Thumbnails reach 0.93.',
      accuracy: 0.93,
      interval: { low: 0.9, high: 0.96 },
      chance: 0.33,
    },
    {
      name: 'groups',
      title: 'groups',
      kind: 'data',
      verdict: 'notMeasured',
      sentence: 'Not measured: no groups are known.',
    },
  ],
  classNames: ['covid', 'normal', 'pneumonia'],
  counts: [100, 100, 100],
  images: 300,
  metric: 'accuracy',
  validation: { folds: 5, repeats: 2, grouped: false, images: 300, seed: 42 },
  backbone: null,
  quick: true,
  skipped: [],
  timings: { totalSeconds: 1 },
};

function madeUpEpochs(count: number): EpochLog[] {
  return Array.from({ length: count }, (_, i) => ({
    epoch: i + 1,
    loss: Math.exp(-i / 6),
    accuracy: 1 - 0.6 * Math.exp(-i / 5),
    valLoss: 0.2 + Math.exp(-i / 6),
    valAccuracy: 0.9 - 0.5 * Math.exp(-i / 5),
    learningRate: 0.001,
  }));
}

/** A report that has every part. */
export function wholeReport(
  classNames: readonly string[],
  sourceOf?: (name: string, place: number) => ImageReference,
): ReportInput {
  const evaluation = madeUpEvaluation(classNames, 15, sourceOf);
  const counts = classNames.map(() => 15);
  return {
    title: classNames[0] as string,
    evaluation,
    errors: analyzeErrors(evaluation),
    intervals: evaluationIntervals(evaluation, { resamples: 200 }),
    audit: madeUpAudit,
    training: { backbone: 'squeezenet', epochs: madeUpEpochs(12), bestEpoch: 9, fineTuningFrom: 8 },
    dataset: {
      location: '/data/<i>set</i>',
      fingerprint: '0123456789abcdef0123456789abcdef',
      sides: [
        { name: 'train', counts },
        { name: 'test', counts },
      ],
      groups: { count: 12, onSeveralSides: ['<b>ward</b>'] },
      skipped: [{ path: 'a<b>.png', reason: 'a<b>.png cannot be decoded' }],
    },
    embeddings: [
      {
        method: 'UMAP',
        points: evaluation.predictions.map(({ trueLabel }, i) => ({ x: i, y: i % 7, label: trueLabel })),
      },
    ],
    settings: { backbone: 'squeezenet', note: '<b>bold</b>' },
    versions: { graft: '0.1.0', node: 'v20.19.0' },
    reproduction: { command: "graft train '<set>' --seed 42", seed: 42 },
    medical: 'Shown because this is a test.',
    writtenAt: new Date(0),
  };
}
