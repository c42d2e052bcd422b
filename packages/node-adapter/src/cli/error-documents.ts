import { describeImage } from '@graft-ml/core';
import type { AnalyzedPrediction, ErrorAnalysis } from '@graft-ml/core/evaluation';

/** An error analysis with the JSON keys of the commands. */
export function errorsDocument(errors: ErrorAnalysis): Record<string, unknown> {
  return {
    highestLosses: errors.highestLosses.map(analyzedDocument),
    confusedPairs: errors.confusedPairs.map(({ trueLabel, label, count, share, predictions }) => ({
      label: trueLabel,
      predicted: label,
      count,
      share,
      predictions: predictions.map(analyzedDocument),
    })),
    mostCertain: errors.mostCertain.map(analyzedDocument),
    leastCertain: errors.leastCertain.map(analyzedDocument),
    likelyWrongLabels: errors.likelyWrongLabels.map((entry) => ({
      ...analyzedDocument(entry),
      suggested: entry.suggestedLabel,
      labelQuality: entry.labelQuality,
    })),
  };
}

function analyzedDocument(prediction: AnalyzedPrediction): Record<string, unknown> {
  const { source, trueLabel, label, scores, loss, certainty } = prediction;
  return { path: describeImage(source), label: trueLabel, predicted: label, scores, loss, certainty };
}
