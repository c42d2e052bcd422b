import { describeImage } from '@graft-ml/core';
import { compareModels, type ModelComparison } from '@graft-ml/core/evaluation';
import { writeFileAtomically } from '../artifacts/write-file-atomically.js';
import { openGrouped } from '../datasets/open-training-data.js';
import { csvText } from './csv-text.js';
import { loadOptions, viewSettings, type RunContext, type RunSettings } from './evaluate-model.js';
import { withModels } from './open-models.js';

/** What {@link compareSavedModels} gives back. */
export type CompareSavedModelsResult = Awaited<ReturnType<typeof compareModels>> & {
  readonly models: { readonly a: string; readonly b: string };
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
};

/**
 * Tests two saved models on the same images: the whole of `graft compare`.
 *
 * @param settings - `csv` receives each image with what both models say.
 * @throws RangeError for models of different classes; what `evaluateModel` throws.
 * @example `await compareSavedModels({ a: 'models/a', b: 'models/b' }, 'test-set', { settings: { seed: 42 }, context: { runtime } });`
 */
export async function compareSavedModels(
  models: { readonly a: string; readonly b: string },
  location: string,
  { settings, context }: { readonly settings: RunSettings; readonly context: RunContext },
): Promise<CompareSavedModelsResult> {
  const dataset = await openGrouped(location, settings, { ...context, images: context.runtime.images });
  return withModels([models.a, models.b], loadOptions(settings, context), async ([a, b]) => {
    const { signal, onProgress, onNote: onWarning } = context;
    const comparison = await compareModels(a!, b!, {
      ...viewSettings(settings),
      dataset,
      confidenceLevel: settings.confidence,
      signal,
      onProgress,
      onWarning,
    });
    if (settings.csv !== undefined) await writeComparisonCsv(settings.csv, comparison);
    const skipped = [...(dataset.skipped ?? []), ...comparison.evaluations.a.skipped];
    return { ...comparison, models, skipped };
  });
}

async function writeComparisonCsv(
  file: string,
  { evaluations, classNames }: ModelComparison & Pick<CompareSavedModelsResult, 'evaluations'>,
): Promise<void> {
  const sides = ['a', 'b'] as const;
  const header = [
    ...['path', 'y_true', 'y_pred_a', 'y_pred_b'],
    ...sides.flatMap((side) => classNames.map((name) => `score_${side}_${name}`)),
  ];
  const rows = evaluations.a.predictions.map(({ source, trueLabel }, place) => {
    const both = sides.map((side) => evaluations[side].predictions[place]!);
    const scores = both.flatMap((prediction) => classNames.map((name) => String(prediction.scores[name])));
    return [describeImage(source), trueLabel, ...both.map(({ label }) => label), ...scores];
  });
  await writeFileAtomically(file, new TextEncoder().encode(csvText([header, ...rows])));
}
