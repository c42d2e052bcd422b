import type { Evaluation } from '@graft-ml/core/evaluation';
import { precisionRecallCurve, rocCurve } from '@graft-ml/metrics';
import {
  classScoresChart,
  confusionMatrixChart,
  precisionRecallChart,
  reliabilityChart,
  rocChart,
  type VegaLiteSpec,
} from '@graft-ml/metrics/charts';

/** A picture of more classes, and a table of all pairs of them, are too large to be opened, let alone read. */
export const mostDrawnClasses = 200;

/** The charts of an evaluation; undefined where the images do not give one, or the classes are too many for it. */
export interface EvaluationCharts {
  readonly confusionMatrix: VegaLiteSpec | undefined;
  readonly classScores: VegaLiteSpec | undefined;
  readonly roc: VegaLiteSpec | undefined;
  readonly precisionRecall: VegaLiteSpec | undefined;
  readonly reliability: VegaLiteSpec;
}

/** Draws what there is to draw of an evaluation, each class against all others where a chart knows two sides only. */
export function evaluationCharts(evaluation: Evaluation): EvaluationCharts {
  const { classNames, confusionMatrix, predictions, report } = evaluation;
  const scoresOf = (name: string) => predictions.map(({ scores }) => scores[name] ?? 0);
  const isOf = (name: string) => predictions.map(({ trueLabel }) => Number(trueLabel === name));
  // A class without images, or with all of them, has no curve.
  const present = classNames.filter((name) => {
    const own = predictions.filter(({ trueLabel }) => trueLabel === name).length;
    return own > 0 && own < predictions.length;
  });
  const curves = <Curve>(
    curve: (yTrue: number[], yScore: number[]) => Curve,
  ): Readonly<Record<string, Curve>> | undefined =>
    present.length === 0
      ? undefined
      : Object.fromEntries(present.map((name) => [name, curve(isOf(name), scoresOf(name))]));
  const roc = curves((yTrue, yScore) => rocCurve(yTrue, yScore, { posLabel: 1 }));
  const precisionRecall = curves((yTrue, yScore) => precisionRecallCurve(yTrue, yScore, { posLabel: 1 }));
  const areDrawn = classNames.length <= mostDrawnClasses;
  return {
    confusionMatrix: areDrawn
      ? confusionMatrixChart({ labels: [...classNames], matrix: confusionMatrix.map((row) => [...row]) })
      : undefined,
    classScores: areDrawn ? classScoresChart(report) : undefined,
    roc: roc && rocChart(roc),
    precisionRecall: precisionRecall && precisionRecallChart(precisionRecall),
    reliability: reliabilityChart(
      predictions.map(({ label, trueLabel }) => label === trueLabel),
      // Sums of 32-bit scores may pass 1 by a rounding.
      predictions.map(({ scores, label }) => Math.min(1, Math.max(0, scores[label] ?? 0))),
    ),
  };
}
