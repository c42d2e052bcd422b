import { extname } from 'node:path';
import { DatasetError, describeImage, isRecord, type Prediction } from '@graft-ml/core';
import { summarizePredictions } from '@graft-ml/core/evaluation';
import type { MergePlan } from '@graft-ml/core/shards';
import { writeFileAtomically } from '../../artifacts/write-file-atomically.js';
import { writePredictionsCsv } from '../write-predictions-csv.js';
import type { MergedPredictions, OpenedShard } from './merge-shards.js';
import { writePredictionsParquet } from '../rows/predictions-parquet.js';

/** One image's prediction, as `graft predict --json` has it. */
export interface PredictionRow {
  readonly path: string;
  readonly label: string;
  readonly scores: Readonly<Record<string, number>>;
}

/** A prediction as the documents have it. */
export function predictionRow({ source, label, scores }: Prediction): PredictionRow {
  return { path: describeImage(source), label, scores };
}

/** What a shard of predictions holds. */
export interface PredictionsDocument {
  readonly classNames: readonly string[];
  readonly expect: string | undefined;
  readonly predictions: readonly PredictionRow[];
}

const endings = ['.json', '.csv', '.parquet'];

/** @throws RangeError if the name's ending is none that predictions can be written as. */
export function checkPredictionsFile(file: string): void {
  if (endings.includes(extname(file).toLowerCase())) return;
  throw new RangeError(`--out is ${file}; expected a file ending in ${endings.join(', ')} for predictions`);
}

/** Puts predictions in order, sums them up, and writes them. */
export async function mergePredictions(
  shards: readonly OpenedShard[],
  { plan, out }: { readonly plan: MergePlan; readonly out: string },
): Promise<MergedPredictions> {
  const documents = shards.map(readPredictions);
  const [{ classNames, expect }] = documents as [PredictionsDocument];
  const taken = new Uint32Array(shards.length);
  const predictions = Array.from(
    plan.sources,
    (source) => (documents[source] as PredictionsDocument).predictions[taken[source]!++] as PredictionRow,
  );
  const sourced = predictions.map(({ path, label, scores }) => ({ source: path, label, scores }));
  const summary = summarizePredictions(sourced, { classNames, expected: expect });
  const document = { ...summary, predictions, skipped: plan.skipped };
  await writePredictions(out, { classNames, document });
  return { kind: 'predictions', ...document };
}

/** Writes the document of `graft predict --json`, or its predictions as a table. */
export async function writePredictions(
  file: string,
  content: {
    readonly classNames: readonly string[];
    readonly document: { readonly predictions: readonly PredictionRow[] };
  },
): Promise<void> {
  checkPredictionsFile(file);
  const { classNames, document } = content;
  const ending = extname(file).toLowerCase();
  if (ending === '.json') {
    await writeFileAtomically(file, new TextEncoder().encode(`${JSON.stringify(document, undefined, 2)}\n`));
    return;
  }
  const predictions = document.predictions.map(({ path, label, scores }) => ({ source: path, label, scores }));
  if (ending === '.csv') await writePredictionsCsv(file, { classNames, predictions });
  else await writePredictionsParquet(file, { classNames, predictions: document.predictions });
}

/** Reads what a shard of predictions says. @throws DatasetError if it is damaged. */
export function readPredictions({ file, document }: OpenedShard): PredictionsDocument {
  const { classNames, predictions, expect, shard } = document;
  const isText = (value: unknown) => typeof value === 'string';
  if (
    !Array.isArray(classNames) ||
    !classNames.every(isText) ||
    !(expect === undefined || isText(expect)) ||
    !Array.isArray(predictions) ||
    predictions.length !== shard.places.length ||
    !predictions.every((row) => isPrediction(row, classNames))
  ) {
    throw new DatasetError(`${file} is a damaged shard of predictions; make it again`, { subject: file });
  }
  return {
    classNames,
    expect,
    predictions: predictions as PredictionRow[],
  };
}

function isPrediction(row: unknown, classNames: readonly string[]): boolean {
  if (!isRecord(row)) return false;
  const { path, label, scores } = row;
  return (
    typeof path === 'string' &&
    typeof label === 'string' &&
    isRecord(scores) &&
    classNames.every((name) => Object.hasOwn(scores, name) && typeof scores[name] === 'number')
  );
}
