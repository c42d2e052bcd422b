import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTransferModel, summarizePredictions, type PredictionSummary } from '@graft-ml/core';
import { listImages } from '../datasets/list-images.js';
import { writeDemoDataset } from '../datasets/write-demo-dataset.js';
import { trainFolder, type TrainContext, type TrainFolderResult } from './train-folder.js';

const imagesPerClass = 102;
const heldOutPerClass = 20;

/** How the demo trains. */
const demoBackbone = 'squeezenet';

/** What {@link runDemo} gives back. */
export interface DemoResult {
  readonly training: TrainFolderResult;
  /** One folder of images of each class that training never saw. */
  readonly heldOut: readonly { readonly label: string; readonly summary: PredictionSummary; readonly total: number }[];
  /** The folder that holds data set and model; undefined if they were temporary. */
  readonly kept: string | undefined;
}

/** The whole job on embedded data: generate, train, save, load, predict. */
export async function runDemo(
  options: { readonly out?: string | undefined; readonly seed: number },
  context: TrainContext,
): Promise<DemoResult> {
  const { out, seed } = options;
  if (out !== undefined) await mkdir(out, { recursive: true });
  const folder = out ?? (await mkdtemp(join(tmpdir(), 'graft-demo-')));
  try {
    context.onNote?.('drawing synthetic chest images: for education only, not for diagnosis');
    context.onNote?.('the base has random weights, so nothing is fetched: expect little more than chance, 0.33');
    const dataset = join(folder, 'dataset');
    const heldOutFolder = join(folder, 'held-out');
    const modelFolder = join(folder, 'model');
    await writeDemoDataset(dataset, { seed, count: imagesPerClass });
    await writeDemoDataset(heldOutFolder, { seed: seed + 1, count: heldOutPerClass });
    const training = await trainFolder(
      dataset,
      { backbone: demoBackbone, weights: 'none', engine: 'auto', seed, out: modelFolder },
      context,
    );
    const heldOut = await predictHeldOut(heldOutFolder, { modelFolder, classNames: training.classNames, context });
    return { training, heldOut, kept: out };
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
