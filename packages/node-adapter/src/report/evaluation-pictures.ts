import { join } from 'node:path';
import type { Evaluation } from '@graft-ml/core/evaluation';
import { makeFolder } from '../artifacts/make-folder.js';
import { writeFileAtomically } from '../artifacts/write-file-atomically.js';
import { evaluationCharts } from './evaluation-charts.js';
import { renderChart, type RenderChartOptions } from './render-chart.js';

/** Files by name. */
export type PictureFiles = Map<string, Uint8Array>;

/** Draws a chart as `<name>.svg` and `<name>.png`. */
export async function chartFiles(
  name: string,
  spec: Readonly<Record<string, unknown>>,
  options?: RenderChartOptions,
): Promise<[string, Uint8Array][]> {
  const { svg, png } = await renderChart(spec, options);
  return [
    [`${name}.svg`, new TextEncoder().encode(svg)],
    [`${name}.png`, png],
  ];
}

/**
 * The pictures of an evaluation, each as SVG and PNG: `confusion-matrix`, `class-scores`, `roc`, `precision-recall`,
 * `calibration`. Curves that the images do not give are left out, and of more than 200 classes the first two.
 */
export async function evaluationPictures(evaluation: Evaluation, options?: RenderChartOptions): Promise<PictureFiles> {
  const charts = evaluationCharts(evaluation);
  const named = [
    ['confusion-matrix', charts.confusionMatrix],
    ['class-scores', charts.classScores],
    ['roc', charts.roc],
    ['precision-recall', charts.precisionRecall],
    ['calibration', charts.reliability],
  ] as const;
  const files: PictureFiles = new Map();
  for (const [name, spec] of named) {
    if (spec === undefined) continue;
    for (const [file, bytes] of await chartFiles(name, spec, options)) files.set(file, bytes);
  }
  return files;
}

/**
 * Writes the pictures of an evaluation into a folder, which is made if it is missing.
 *
 * @returns The names of the files.
 * @throws RangeError for an unknown theme; what the file system says.
 * @example `await writePictures('plots', await model.evaluate(test), { theme: 'dark' });`
 */
export async function writePictures(
  folder: string,
  evaluation: Evaluation,
  options?: RenderChartOptions,
): Promise<string[]> {
  const files = await evaluationPictures(evaluation, options);
  await makeFolder(folder);
  for (const [name, bytes] of files) await writeFileAtomically(join(folder, name), bytes, { durable: false });
  return [...files.keys()];
}
