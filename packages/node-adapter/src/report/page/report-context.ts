import { resolve, sep } from 'node:path';
import { describeImage, type ImageReference } from '@graft-ml/core';
import type { LabelledPrediction } from '@graft-ml/core/evaluation';
import { shortenNames } from '@graft-ml/metrics/charts';
import { folderOfFiles } from '../../datasets/dataset-folder.js';
import type { ReportInput, ReportPart } from '../report-input.js';
import { bdi, escapeHtml } from './escape-html.js';

/** What the sections of a page share. */
export interface ReportContext {
  readonly input: ReportInput;
  /** A sentence in the place of a part that is missing. */
  readonly gap: (part: ReportPart) => string;
  /** A class's name as HTML, shortened where it is very long. */
  readonly nameOf: (label: string) => string;
  /** An image's place as people read it: within the data set, whose own place differs from machine to machine. */
  readonly pathOf: (source: ImageReference) => string;
}

const defaultGaps: Readonly<Record<ReportPart, string>> = {
  audit: 'The data were not audited, so nothing is known of shortcuts: run graft audit.',
  embedding: 'No map of the images was made.',
  errors: 'Errors were not analysed.',
  gradCam: 'No Grad-CAM was made.',
  images: 'No pictures were kept in this report.',
  intervals: 'No interval was computed.',
  training: 'This report is of a saved model: how it was trained is not part of it.',
};

export function reportContext(input: ReportInput): ReportContext {
  const { classNames } = input.evaluation;
  const short = plainNames(classNames, 40);
  const names = new Map(classNames.map((name, i) => [name, shortened(name, short[i] ?? name)]));
  const roots = input.dataset === undefined ? [] : rootsOf(input.dataset.location);
  return {
    input,
    gap: (part) => `<p class="gap">${escapeHtml(input.gaps?.[part] ?? defaultGaps[part])}</p>`,
    nameOf: (label) => names.get(label) ?? bdi(label),
    pathOf(source) {
      const path = describeImage(source);
      const root = roots.find((folder) => path.startsWith(folder));
      return root === undefined ? path : path.slice(root.length);
    },
  };
}

/** Folders that a data set's images may lie in: its own, or that of its file of rows, or the fixed part of a pattern. */
function rootsOf(location: string): string[] {
  const folders = [location, resolve(location), folderOfFiles(location)];
  return folders.map((folder) => folder.replace(/[/\\]+$/, '') + (folder.includes(sep) ? sep : '/'));
}

/** Names for HTML, which has its own way to isolate them. */
export function plainNames(names: readonly string[], limit: number): string[] {
  return shortenNames(names, limit).map((name) => name.replaceAll(/[\u2068\u2069]/g, ''));
}

/** A text in full where it is short, and on demand where it is not. */
function shortened(text: string, short: string): string {
  return short === text ? bdi(text) : `<bdi title="${escapeHtml(text)}">${escapeHtml(short)}</bdi>`;
}

/** A section of the page. */
export function section(id: string, title: string, content: string): string {
  return `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${escapeHtml(title)}</h2>
${content}
</section>`;
}

/** An image and what the model said of it. */
export function imageCard(prediction: LabelledPrediction, context: ReportContext, extra = ''): string {
  const { trueLabel, label, scores, source } = prediction;
  const { nameOf } = context;
  const path = context.pathOf(source);
  const score = (name: string) => (scores[name] ?? 0).toFixed(3);
  const verdict =
    label === trueLabel
      ? `${nameOf(label)} ${score(label)}, right`
      : `${nameOf(label)} ${score(label)}; actual ${nameOf(trueLabel)} ${score(trueLabel)}`;
  return `<li>${pictures(prediction, context)}
<p>${verdict}</p>${extra}
<p class="path">${shortened(path, plainNames([path], 120)[0] ?? path)}</p></li>`;
}

function pictures({ source }: LabelledPrediction, { input }: ReportContext): string {
  const [thumbnail, overlay] = [input.thumbnails?.get(source), input.overlays?.get(source)];
  const plain = thumbnail === undefined ? '<div class="blank">no picture kept</div>' : picture(thumbnail);
  if (overlay === undefined) return plain;
  return `<div class="pair"><figure>${plain}<figcaption>image</figcaption></figure><figure>${picture(overlay)}<figcaption>Grad-CAM</figcaption></figure></div>`;
}

/** The words beside it say what it shows. */
function picture(address: string): string {
  return `<img src="${escapeHtml(address)}" alt="">`;
}
