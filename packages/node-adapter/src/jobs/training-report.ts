import {
  isGraftError,
  reasonOf,
  type Dataset,
  type DatasetSplit,
  type TrainingJobResult,
  type TransferModel,
} from '@graft-ml/core';
import { historyChart } from '@graft-ml/core/charts';
import { withSides } from '../audit/with-sides.js';
import { placeName } from '../datasets/place-name.js';
import { describeDataset, readableSamples } from '../report/describe-dataset.js';
import { chartFiles, evaluationPictures, type PictureFiles } from '../report/evaluation-pictures.js';
import { medicalReason } from '../report/medical-reason.js';
import type { ReportInput } from '../report/report-input.js';
import { reportVersions } from '../report/report-versions.js';
import { commandLine } from './command-line.js';
import { stagedHistory } from './staged-history.js';
import type { TrainContext, TrainSettings } from './train-folder.js';

/** What a training run leaves to be reported. */
export interface TrainingRun {
  /** As it was given. */
  readonly location: string;
  readonly model: TransferModel;
  readonly dataset: Dataset;
  readonly split: DatasetSplit;
  readonly result: TrainingJobResult;
  readonly settings: TrainSettings;
}

/**
 * The files beside a trained model: the training's and the test's pictures, `report.html` and `README.md`. A part that fails is
 * left out, and the report says why: a model that was trained for hours is saved whatever happens here.
 */
export async function trainingFiles(run: TrainingRun, context: TrainContext): Promise<PictureFiles> {
  const { result, settings } = run;
  const { epochs, bestEpoch } = stagedHistory(result);
  const fineTuningFrom = result.fineTuning === undefined ? undefined : result.history.epochs.length + 1;
  const history = historyChart(epochs, { bestEpoch, ...(fineTuningFrom !== undefined && { fineTuningFrom }) });
  const files: PictureFiles = new Map(await chartFiles('history', history));
  await attempt('the pictures', context, async () => {
    for (const [name, bytes] of await evaluationPictures(result.test)) files.set(name, bytes);
  });
  if (settings.report === false) return files;
  await attempt('the report', context, async () => {
    const { renderReport } = await import('../report/render-report.js');
    const { renderModelCard } = await import('../report/model-card.js');
    const input = await trainingReport(run, context);
    const encoder = new TextEncoder();
    files.set('report.html', encoder.encode(await renderReport(input)));
    files.set('README.md', encoder.encode(renderModelCard(input)));
  });
  return files;
}

/** Gathers what the report of a training run shows. */
async function trainingReport(run: TrainingRun, context: TrainContext): Promise<ReportInput> {
  const { location, model, dataset, split, result, settings } = run;
  const { audit, signal, runtime, clock, onNote } = context;
  const { gatherReportParts } = await import('../report/gather-report-parts.js');
  onNote?.(audit === undefined ? 'auditing the data and writing the report' : 'writing the report');
  const { test, history, fineTuning, skipped } = result;
  const { epochs, bestEpoch } = stagedHistory(result);
  const { seed } = settings;
  const samples = readableSamples(dataset, skipped);
  const sides = Object.entries({ train: split.train, validation: split.validation, test: split.test }).flatMap(
    ([name, part]) => (part === undefined ? [] : [{ name, part }]),
  );
  return {
    title: placeName(location),
    evaluation: test,
    ...(await gatherReportParts(test, { model, samples, audit: audit ?? withSides(split), runtime, seed, signal })),
    training: {
      backbone: settings.backbone,
      epochs,
      bestEpoch,
      fineTuningFrom: fineTuning === undefined ? undefined : history.epochs.length + 1,
    },
    dataset: describeDataset(dataset, { location, sides, unreadable: skipped }),
    settings: describeSettings(model, settings),
    versions: await reportVersions(model.parts.engine.name),
    reproduction: { command: commandOf(location, settings, context), seed },
    medical: medicalReason({
      medical: settings.medical,
      preset: settings.preset,
      classNames: dataset.classNames,
      sources: dataset.samples.map(({ source }) => source),
    }),
    writtenAt: clock?.(),
  };
}

async function attempt(what: string, { onNote, signal }: TrainContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (signal?.aborted === true || (isGraftError(error) && error.code === 'ABORTED')) throw error;
    onNote?.(`${what} could not be made: ${reasonOf(error)}; the model is saved without`);
  }
}

/** What was chosen, and what came of it. */
function describeSettings({ parts, precision }: TransferModel, settings: TrainSettings): Record<string, string> {
  const { out: _, resume: _resume, report: _report, medical: _medical, ...chosen } = settings;
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const given = Object.entries(chosen).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, text(value)] as const],
  );
  const resolved = {
    weights: parts.weights.selector,
    weightsDigest: parts.weights.digest,
    head: parts.headName,
    inputSize: parts.inputSize.join('×'),
    preprocessing: parts.preprocessing.mode,
    interpolation: parts.interpolation,
    resize: parts.resize,
    engine: parts.engine.name,
    precision,
  };
  return { ...Object.fromEntries(given), ...resolved };
}

/** The command line as it was typed, or the same as code. */
function commandOf(location: string, settings: TrainSettings, { commandLine: words }: TrainContext): string {
  if (words !== undefined) return commandLine('graft', words);
  return `await trainFolder(${JSON.stringify(location)}, ${JSON.stringify(settings, undefined, 2)}, { runtime });`;
}
