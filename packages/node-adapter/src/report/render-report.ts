import { createHash } from 'node:crypto';
import { bdi, escapeHtml } from './page/escape-html.js';
import { count, percent } from './page/format.js';
import { pageScript } from './page/page-script.js';
import { pageStyle } from './page/page-style.js';
import { reportContext } from './page/report-context.js';
import type { ReportInput } from './report-input.js';
import { auditSection } from './sections/audit-section.js';
import { calibrationSection, thresholdsSection } from './sections/curves-section.js';
import { dataSection } from './sections/data-section.js';
import { embeddingSection } from './sections/embedding-section.js';
import { errorsSection } from './sections/errors-section.js';
import { matrixData, matrixSection } from './sections/matrix-section.js';
import { reportSection } from './sections/report-section.js';
import { reproduceSection } from './sections/reproduce-section.js';
import { summarySection } from './sections/summary-section.js';
import { trainingSection } from './sections/training-section.js';

/** What medical results are shown with, everywhere. */
export const medicalNotice = 'For education only, not for diagnosis.';

const contents = [
  ['summary', 'Summary'],
  ['matrix', 'Confusion matrix'],
  ['report', 'Classification report'],
  ['errors', 'Errors'],
  ['audit', 'Audit'],
  ['thresholds', 'ROC and precision–recall'],
  ['calibration', 'Calibration'],
  ['training', 'Training'],
  ['embedding', 'Map'],
  ['data', 'Data'],
  ['reproduce', 'How to reproduce'],
] as const;

/**
 * Renders a report as one HTML page that holds all it needs: style, script, charts and pictures. It asks no network for
 * anything, and its content security policy forbids it to. Names from outside are shown as text wherever they stand.
 *
 * @param input - What to show, as plain data; what is missing is a stated gap.
 * @returns A complete HTML document.
 * @example
 * ```ts
 * const evaluation = await model.evaluate(test);
 * await writeFile('report.html', await renderReport({ title: 'Chest images', evaluation, errors: analyzeErrors(evaluation) }));
 * ```
 */
export async function renderReport(input: ReportInput): Promise<string> {
  const context = reportContext(input);
  const sections = [
    await summarySection(context),
    matrixSection(context),
    await reportSection(context),
    errorsSection(context),
    auditSection(context),
    await thresholdsSection(context),
    await calibrationSection(context),
    await trainingSection(context),
    await embeddingSection(context),
    dataSection(context),
    reproduceSection(context),
  ];
  const style = pageStyle();
  const policy = [
    "default-src 'none'",
    'img-src data:',
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(pageScript)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const { evaluation, title, medical, writtenAt } = input;
  const links = contents.map(([id, name]) => `<li><a href="#${id}">${escapeHtml(name)}</a></li>`).join('');
  const lead = `${count(evaluation.classNames.length, 'class', 'classes')}, ${count(evaluation.predictions.length, 'test image')}, accuracy ${percent(evaluation.accuracy)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="graft">
<title>${escapeHtml(title)} · graft report</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#summary">Skip to the summary</a>
<header>
<h1>${bdi(title)}</h1>
<p class="lead">${escapeHtml(lead)}${writtenAt === undefined ? '' : `, ${timeOf(writtenAt)}`}</p>
${medical === undefined ? '' : `<div class="notice" role="note"><p><strong>${medicalNotice}</strong> ${bdi(medical)}</p></div>`}
<nav aria-label="Sections"><ul>${links}</ul></nav>
</header>
<main>
${sections.join('\n')}
</main>
<footer><p>Written by graft. This page is one file: it loads nothing, and sends nothing.${
    medical === undefined ? '' : ` ${medicalNotice}`
  }</p></footer>
${matrixData(context)}
<script>${pageScript}</script>
</body>
</html>
`;
}

/** What the content security policy lets pass. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function timeOf(date: Date): string {
  const text = date.toISOString();
  return `<time datetime="${text}">${text.slice(0, 16).replace('T', ' ')} UTC</time>`;
}
