import type { AuditCheck, AuditReport } from '@graft-ml/core';
import type { Evaluation } from '@graft-ml/core/evaluation';
import type { EvaluationIntervals } from '@graft-ml/core/evaluation';
import { wilsonInterval } from '@graft-ml/metrics';

/** A figure beside which an accuracy is to be read. */
export interface Baseline {
  readonly name: string;
  readonly accuracy: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** What it is, in a line. */
  readonly detail: string;
}

/** The model's own accuracy with its interval. */
export function modelFigure(
  { accuracy, predictions }: Evaluation,
  intervals: EvaluationIntervals | undefined,
): Baseline {
  const right = predictions.filter(({ label, trueLabel }) => label === trueLabel).length;
  const own = intervals === undefined ? wilsonInterval(right, predictions.length) : intervals.accuracy;
  const images = `${right} of ${predictions.length} right`;
  if (own === null) return { name: 'This model', accuracy, detail: images };
  const groups = intervals?.groups ?? null;
  const drawn = groups === null ? '' : ', groups drawn as wholes';
  return { name: 'This model', accuracy, low: own.lower, high: own.upper, detail: `${images}${drawn}` };
}

/** What a model reaches that always answers with the commonest class. */
export function majorityFigure(evaluation: Evaluation, trainCounts: readonly number[] | undefined): Baseline {
  const { classNames, confusionMatrix, predictions } = evaluation;
  const testCounts = confusionMatrix.map((row) => row.reduce((sum, value) => sum + value, 0));
  const counts = trainCounts ?? testCounts;
  const commonest = counts.indexOf(counts.reduce((a, b) => Math.max(a, b), 0));
  const from = trainCounts === undefined ? 'of the test images' : 'of the training images';
  return {
    name: 'Always the largest class',
    accuracy: (testCounts[commonest] ?? 0) / predictions.length,
    detail: `${classNames[commonest] ?? ''}, the largest ${from}`,
  };
}

/** What an audit's probe of tiny pictures reaches. */
export function shortcutFigure(audit: AuditReport | undefined): Baseline | undefined {
  const check = audit?.checks.find(({ name }) => name === 'thumbnail16');
  if (audit === undefined || check?.accuracy === undefined) return undefined;
  const { accuracy, interval } = check;
  const metric = audit.metric === 'balancedAccuracy' ? 'balanced accuracy, ' : '';
  return {
    name: '16×16 thumbnails',
    accuracy,
    low: interval?.low,
    high: interval?.high,
    detail: `${metric}cross-validated: sees no detail`,
  };
}

/** Says in words whether the model beats the shortcut; undefined where that was not measured. */
export function shortcutSentence(model: Baseline, shortcut: Baseline | undefined): string | undefined {
  if (shortcut === undefined) return undefined;
  if (shortcut.accuracy < (model.low ?? model.accuracy)) return undefined;
  return (
    'A classifier that sees 16×16 grey pixels does about as well as this model. Such pictures hold no detail: the classes ' +
    'differ in something else (where the images come from, how they are framed), and the accuracy says little of what the model ' +
    'has learnt to see.'
  );
}

/** Verdicts as words, a sign and a class, so that none rests on colour alone. */
export const verdicts: Readonly<Record<AuditCheck['verdict'], { readonly text: string; readonly tone: string }>> = {
  ok: { text: '✓ nothing found', tone: 'ok' },
  note: { text: 'ⓘ worth knowing', tone: 'none' },
  warning: { text: '! look into it', tone: 'warn' },
  shortcut: { text: '✗ shortcut', tone: 'bad' },
  leakage: { text: '✗ leakage', tone: 'bad' },
  notMeasured: { text: '– not measured', tone: 'none' },
};
