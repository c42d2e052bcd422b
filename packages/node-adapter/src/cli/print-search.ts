import { analyzeErrors } from '@graft-ml/core/evaluation';
import { crossValidateFolder } from '../jobs/cross-validate-folder.js';
import { trainBackbones } from '../jobs/train-backbones.js';
import type { TrainContext, TrainSettings } from '../jobs/train-folder.js';
import { loadCluster, type ClusterRun } from './cluster-module.js';
import { errorsDocument } from './error-documents.js';
import { printErrors } from './print-evaluation.js';
import { evaluationDocument, noteSkipped, printEvaluation, printJson, printLine } from './print-result.js';

interface Surroundings extends TrainContext {
  readonly onNote: (message: string) => void;
  /** Where to run, if not here. */
  readonly cluster?: ClusterRun | undefined;
}

/** `graft train DATASET --folds K`: a line for each fold, means, and the report over all out-of-fold predictions. */
export async function crossValidateAndPrint(
  dataset: string,
  { json, ...settings }: TrainSettings & { readonly folds: number; readonly json?: boolean | undefined },
  context: Surroundings,
): Promise<void> {
  const { cluster, ...here } = context;
  const { evaluation, folds, mean, sd, skipped, ...facts } =
    cluster === undefined
      ? await crossValidateFolder(dataset, settings, here)
      : await (await loadCluster()).crossValidateOnCluster(dataset, settings, cluster);
  noteSkipped(skipped, context.onNote);
  if (json === true) {
    const { predictions, ...outOfFold } = evaluationDocument(evaluation);
    const errors = errorsDocument(analyzeErrors(evaluation));
    printJson({ ...facts, folds, mean, sd, outOfFold, predictions, errors, skipped });
    return;
  }
  for (const { fold, counts, accuracy, macroF1 } of folds) {
    printLine(`fold ${fold}: accuracy ${accuracy.toFixed(4)}, macro F1 ${macroF1.toFixed(4)}, ${counts.test} images`);
  }
  for (const [name, key] of [
    ['accuracy', 'accuracy'],
    ['macro F1', 'macroF1'],
    ['loss', 'loss'],
  ] as const) {
    printLine(`${name} ${mean[key].toFixed(4)} ± ${sd[key].toFixed(4)}`);
  }
  printLine();
  printEvaluation(evaluation);
  printErrors(analyzeErrors(evaluation), { outOfSample: true });
}

/** `graft train DATASET --backbone vgg16,vgg19`: a table, and the best. */
export async function compareAndPrint(
  dataset: string,
  { json, ...settings }: TrainSettings & { readonly backbones: readonly string[]; readonly json?: boolean | undefined },
  context: Surroundings,
): Promise<void> {
  const { cluster, ...here } = context;
  const { models, comparison } =
    cluster === undefined
      ? await trainBackbones(dataset, settings, here)
      : await (await loadCluster()).trainBackbonesOnCluster(dataset, settings, cluster);
  if (json === true) {
    printJson({
      best: comparison.best,
      models: models.map((model) => ('test' in model ? { ...model, test: evaluationDocument(model.test) } : model)),
    });
    return;
  }
  printLine(String(comparison));
  if (settings.out !== undefined) context.onNote(`saved to ${settings.out}, a folder for each`);
}
