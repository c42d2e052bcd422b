import type { Dataset, SkippedImage, TransferModel } from '@graft-ml/core';
import type { ErrorAnalysis, Evaluation, EvaluationSummary } from '@graft-ml/core/evaluation';
import { placeName } from '../datasets/place-name.js';
import { describeDataset, readableSamples } from '../report/describe-dataset.js';
import { writePictures } from '../report/evaluation-pictures.js';
import { gatherReportParts } from '../report/gather-report-parts.js';
import { medicalReason } from '../report/medical-reason.js';
import { reportVersions } from '../report/report-versions.js';
import { writeReport } from '../report/write-report.js';
import { commandLine } from './command-line.js';
import type { RunContext } from './evaluate-model.js';

/** Files of an evaluation that a user asked for. */
export interface EvaluationFileSettings {
  /** A folder for pictures of the evaluation, as SVG and PNG. None by default. */
  readonly plots?: string | undefined;
  /** An HTML file for a report. None by default. */
  readonly report?: string | undefined;
  /** Whether the data are medical. Default: recognised, see `medicalReason`. */
  readonly medical?: boolean | undefined;
}

/** An evaluation of one data set, and what made it. */
export interface EvaluatedRun {
  /** Where the data lie, as it was given. */
  readonly location: string;
  readonly dataset: Dataset;
  readonly evaluation: Evaluation;
  readonly summary: EvaluationSummary;
  readonly errors: ErrorAnalysis;
  /** The saved models' folders. */
  readonly folders: readonly string[];
  /** Undefined for an ensemble. */
  readonly model: TransferModel | undefined;
  readonly seed: number;
}

/** Writes the pictures and the report of an evaluation, as far as they were asked for. */
export async function writeEvaluationFiles(
  run: EvaluatedRun,
  { plots, report, medical }: EvaluationFileSettings,
  context: RunContext,
): Promise<void> {
  const { location, dataset, evaluation, summary, errors, folders, model, seed } = run;
  const { runtime, signal, clock } = context;
  if (plots !== undefined) await writePictures(plots, evaluation);
  if (report === undefined) return;
  const unreadable: readonly SkippedImage[] = evaluation.skipped;
  const samples = readableSamples(dataset, unreadable);
  // A report is about 95 %, as its audit is, whatever --confidence asked for.
  const intervals = summary.intervals.confidenceLevel === 0.95 ? summary.intervals : undefined;
  const known = { errors, intervals };
  const parts = await gatherReportParts(evaluation, { model, samples, audit: dataset, known, runtime, seed, signal });
  const input = {
    title: `${folders.map(placeName).join(' + ')} on ${placeName(location)}`,
    evaluation,
    ...parts,
    dataset: describeDataset(dataset, { location, sides: [{ name: 'test', part: dataset }], unreadable }),
    settings: { models: folders.join(', '), ...(model && { backbone: model.parts.backbone.name }) },
    versions: await reportVersions(model?.parts.engine.name ?? 'several models'),
    ...(context.commandLine && { reproduction: { command: commandLine('graft', context.commandLine), seed } }),
    medical: medicalReason({
      medical,
      classNames: dataset.classNames,
      sources: dataset.samples.map(({ source }) => source),
    }),
    writtenAt: clock?.(),
  };
  await writeReport(report, input, { images: runtime.images, signal });
}
