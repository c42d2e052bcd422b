import type { ImageSource } from '@graft-ml/core';
import { writeFileAtomically } from '../artifacts/write-file-atomically.js';
import { sharpImageSource } from '../images/sharp-image-source.js';
import { renderReport } from './render-report.js';
import type { ReportInput } from './report-input.js';
import { makeThumbnails } from './thumbnails.js';

/** The surroundings of {@link writeReport}. */
export interface WriteReportOptions {
  /** What reads the images that the page shows. Default: `sharpImageSource()`. */
  readonly images?: ImageSource | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a report as one HTML file, with small pictures of the images that it shows.
 *
 * @param file - Where it goes, such as `report.html`; it is there whole, or as it was.
 * @param input - What to show; its `thumbnails` are made here unless they are given.
 * @returns Its size in bytes.
 * @throws AbortedError; what the file system says.
 * @example `await writeReport('report.html', { title: 'Chest images', evaluation: await model.evaluate(test) });`
 */
export async function writeReport(file: string, input: ReportInput, options: WriteReportOptions = {}): Promise<number> {
  const { images = sharpImageSource(), signal } = options;
  const { evaluation, errors } = input;
  const thumbnails = input.thumbnails ?? (await makeThumbnails(evaluation, errors, { images, signal }));
  const bytes = new TextEncoder().encode(await renderReport({ ...input, thumbnails }));
  await writeFileAtomically(file, bytes);
  return bytes.length;
}
