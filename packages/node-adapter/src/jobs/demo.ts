import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTransferModel, type AuditReport } from '@graft-ml/core';
import { summarizePredictions, type PredictionSummary } from '@graft-ml/core/evaluation';
import { makeFolder } from '../artifacts/make-folder.js';
import { auditDataset } from '../audit/audit-dataset.js';
import { withSides } from '../audit/with-sides.js';
import { listImages } from '../datasets/list-images.js';
import { openTrainingData } from '../datasets/open-training-data.js';
import { writeDemoDataset } from '../datasets/write-demo-dataset.js';
import { trainFolder, type TrainContext, type TrainFolderResult } from './train-folder.js';

const imagesPerClass = 102;
const heldOutPerClass = 20;

/** As `graft train --head linear --augment … --views 6`: solved in a second, and right on so few images. */
const howDemoTrains = {
  backbone: 'graft-tiny',
  head: 'linear',
  augment: 'flip=horizontal,shift=0.04,zoom=0.05',
  views: 6,
} as const;

/** What {@link runDemo} gives back. */
export interface DemoResult {
  /** Whether the data can be solved by a shortcut. */
  readonly audit: AuditReport;
  readonly training: TrainFolderResult;
  /** One folder of images of each class that training never saw. */
  readonly heldOut: readonly { readonly label: string; readonly summary: PredictionSummary; readonly total: number }[];
  /** The folder that holds data set and model; undefined if they were temporary. */
  readonly kept: string | undefined;
}

/** The whole job on embedded data: generate, audit, train, report, save, load, predict. */
export async function runDemo(
  options: { readonly out?: string | undefined; readonly seed: number },
  context: TrainContext,
): Promise<DemoResult> {
  const { out, seed } = options;
  if (out !== undefined) await makeFolder(out);
  const folder = out ?? (await mkdtemp(join(tmpdir(), 'graft-demo-')));
  try {
    context.onNote?.('drawing synthetic chest images: for education only, not for diagnosis');
    const dataset = join(folder, 'dataset');
    const heldOutFolder = join(folder, 'held-out');
    const modelFolder = join(folder, 'model');
    await writeDemoDataset(dataset, { seed, count: imagesPerClass });
    await writeDemoDataset(heldOutFolder, { seed: seed + 1, count: heldOutPerClass });
    const { runtime, signal } = context;
    const { split } = await openTrainingData(dataset, { seed }, { images: runtime.images, signal });
    const audit = await auditDataset(withSides(split), { runtime, signal, seed });
    context.onNote?.(`audit: ${audit.sentence}`);
    const training = await trainFolder(
      dataset,
      { ...howDemoTrains, engine: 'auto', seed, out: modelFolder, medical: true },
      { ...context, audit },
    );
    const heldOut = await predictHeldOut(heldOutFolder, { modelFolder, classNames: training.classNames, context });
    return { audit, training, heldOut, kept: out };
  } finally {
    if (out === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function predictHeldOut(
  folder: string,
  options: { readonly modelFolder: string; readonly classNames: readonly string[]; readonly context: TrainContext },
): Promise<DemoResult['heldOut']> {
  const { modelFolder, classNames, context } = options;
  const model = await loadTransferModel(modelFolder, { runtime: context.runtime });
  try {
    const results = [];
    for (const label of classNames) {
      const { predictions } = await model.predict(await listImages([join(folder, label)]), { signal: context.signal });
      const summary = summarizePredictions(predictions, { classNames, expected: label });
      results.push({ label, summary, total: predictions.length });
    }
    return results;
  } finally {
    await model.dispose();
  }
}
