import type { Dataset } from '../dataset/dataset.js';
import { isGraftError, reasonOf } from '../errors.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import { runTrainingJob, type TrainingJobResult } from '../jobs/training-job.js';
import { buildTransferModel } from '../model/build-transfer-model.js';
import type { TransferModel } from '../model/transfer-model.js';
import type {
  BackboneComparison,
  CompareBackbonesOptions,
  ComparedBackbone,
  FailedBackbone,
} from './compare-backbones.js';
import { macroF1Of } from './macro-f1.js';
import { textTable } from './text-table.js';

/** What `compareBackbones` does, once it is there. */
export async function measureBackbones(
  names: readonly string[],
  dataset: Dataset,
  options: CompareBackbonesOptions,
): Promise<BackboneComparison> {
  checkBackboneNames(names);
  const rows: (ComparedBackbone | FailedBackbone)[] = [];
  for (const name of names) {
    try {
      rows.push(await measureBackbone(name, dataset, options));
    } catch (error) {
      if (isGraftError(error) && error.code === 'ABORTED') throw error;
      rows.push({ backbone: name, reason: reasonOf(error) });
    }
  }
  return backboneComparison(rows);
}

/**
 * Checks the names of networks that are to be compared.
 *
 * @throws RangeError for no name, or one twice.
 */
export function checkBackboneNames(names: readonly string[]): void {
  if (names.length === 0) throw new RangeError('there are no backbones to compare; name at least one');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RangeError(`backbone "${twice}" is named twice; name each once`);
}

/** Puts rows together with their table. */
export function backboneComparison(rows: readonly (ComparedBackbone | FailedBackbone)[]): BackboneComparison {
  const compared = rows.filter((row): row is ComparedBackbone => !('reason' in row));
  const [best] = [...compared].sort((a, b) => b.accuracy - a.accuracy || a.loss - b.loss);
  return { rows, best: best?.backbone, toString: () => comparisonTable(rows) };
}

async function measureBackbone(
  name: string,
  dataset: Dataset,
  { build, job, onModel }: CompareBackbonesOptions,
): Promise<ComparedBackbone> {
  const { now = () => performance.now(), seed, signal, onProgress, onWarning } = job;
  const begin = now();
  const model = await buildTransferModel(name, { signal, onProgress, onWarning, ...build, seed });
  try {
    const result = await runTrainingJob(model, dataset, job);
    const parameters = countParameters(model);
    const { test, timings } = result;
    await onModel?.(name, model, result);
    return comparedBackbone({ backbone: name, test, parameters, timings, seconds: (now() - begin) / 1000 });
  } finally {
    await model.dispose();
  }
}

/** Numbers that a model's backbone and head have learnt. @throws RangeError before the model knows its classes. */
export function countParameters(model: TransferModel): number {
  const base = model.parts.weights.values;
  const head = model.built.suffix.network.layers.filter(({ name }) => !base.has(name));
  return (
    [...base.values()].flat().reduce((sum, { data }) => sum + data.length, 0) +
    head.reduce((sum, layer) => sum + layer.countParams(), 0)
  );
}

/** The row of a backbone whose job is done. @param figures.seconds - What all of it took. */
export function comparedBackbone(figures: {
  readonly backbone: string;
  readonly test: Evaluation;
  readonly parameters: number;
  readonly timings: Pick<TrainingJobResult['timings'], 'imagesPerSecond'>;
  readonly seconds: number;
}): ComparedBackbone {
  const { backbone, test, parameters, timings, seconds } = figures;
  return {
    backbone,
    accuracy: test.accuracy,
    macroF1: macroF1Of(test),
    loss: test.loss,
    parameters,
    bytes: parameters * Float32Array.BYTES_PER_ELEMENT,
    seconds,
    imagesPerSecond: timings.imagesPerSecond,
  };
}

function comparisonTable(rows: readonly (ComparedBackbone | FailedBackbone)[]): string {
  const cells = rows.map((row) =>
    'reason' in row
      ? [row.backbone, `failed: ${row.reason}`]
      : [
          row.backbone,
          row.accuracy.toFixed(4),
          row.macroF1.toFixed(4),
          row.loss.toFixed(4),
          `${(row.parameters / 1e6).toFixed(1)} M`,
          `${(row.bytes / 1e6).toFixed(0)} MB`,
          row.seconds.toFixed(1),
          row.imagesPerSecond.toFixed(0),
        ],
  );
  return textTable([
    ['backbone', 'accuracy', 'macro F1', 'loss', 'parameters', 'size', 'seconds', 'images/s'],
    ...cells,
  ]);
}
