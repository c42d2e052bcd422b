import { chooseRecords } from '../choose-records.js';
import { mostDrawnClasses } from '../evaluation-charts.js';
import { bdi, escapeHtml, jsonForScript } from '../page/escape-html.js';
import { count } from '../page/format.js';
import { shades } from '../page/page-style.js';
import { plainNames, section, type ReportContext } from '../page/report-context.js';

/** Scores that the page keeps of an image. */
const keptScores = 3;

/** The confusion matrix: each cell that holds images is a button that shows them. */
export function matrixSection(context: ReportContext): string {
  const { classNames } = context.input.evaluation;
  const pictures = context.input.thumbnails === undefined ? context.gap('images') : '';
  const matrix =
    classNames.length <= mostDrawnClasses
      ? `${matrixTable(context)}\n${pictures}`
      : `<p class="gap">Left out: the matrix of ${escapeHtml(count(classNames.length, 'class', 'classes'))} is too large for a page. The
pairs that are confused most stand under <a href="#errors">Errors</a>; graft evaluate --json has all of it.</p>`;
  return section(
    'matrix',
    'Confusion matrix',
    `${matrix}
<dialog id="cell-images" aria-labelledby="cell-title"><div class="bar"><h2 id="cell-title">Images</h2>
<button type="button" class="close" id="cell-close">Close</button></div><div class="content" id="cell-content"></div></dialog>`,
  );
}

function matrixTable({ input }: ReportContext): string {
  const { classNames, confusionMatrix } = input.evaluation;
  const n = classNames.length;
  const short = plainNames(classNames, n > 12 ? 22 : 30);
  const upright = n > 6 || short.some((name) => name.length > 16);
  const head = short
    .map((name, i) => `<th scope="col" title="${escapeHtml(classNames[i] ?? '')}"><span>${bdi(name)}</span></th>`)
    .join('');
  const rows = confusionMatrix.map((row, i) => {
    const total = row.reduce((sum, value) => sum + value, 0);
    const cells = row.map((value, j) => `<td>${cell({ i, j, value, total }, classNames)}</td>`).join('');
    return `<tr><th scope="row" title="${escapeHtml(classNames[i] ?? '')}">${bdi(short[i] ?? '')}</th>${cells}</tr>`;
  });
  const size = n <= 5 ? ' few' : n > 15 ? ' many' : '';
  return `<p class="soft">Rows are the actual classes, columns the predicted ones; the shade is the share of the actual class.
<span class="on-screen">Choose a cell to see its images.</span></p>
<noscript><p class="gap">The cells show their images only where scripts may run.</p></noscript>
<div class="scroll matrix${size}" tabindex="0" role="region" aria-label="Confusion matrix">
<table><caption class="quiet">Images of each actual class (rows) by predicted class (columns)</caption>
<thead${upright ? ' class="upright"' : ''}><tr><td class="corner">actual ↓ predicted →</td>${head}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></div>`;
}

function cell(
  place: { readonly i: number; readonly j: number; readonly value: number; readonly total: number },
  classNames: readonly string[],
): string {
  const { i, j, value, total } = place;
  const shade = total === 0 ? 0 : Math.round((value / total) * (shades - 1));
  const classes = `cell shade-${shade}${i === j ? ' right' : ''}`;
  if (value === 0) return `<span class="${classes}">0</span>`;
  const label = `Actual ${classNames[i] ?? ''}, predicted ${classNames[j] ?? ''}: ${count(value, 'image')}; show them`;
  return `<button type="button" class="${classes}" data-cell="${i},${j}" aria-haspopup="dialog" aria-label="${escapeHtml(label)}">${value}</button>`;
}

/** What the script shows in the cells, as a data block that no browser runs. */
export function matrixData({ input, pathOf }: ReportContext): string {
  const { evaluation, thumbnails } = input;
  const { classNames, predictions } = evaluation;
  const records: object[] = [];
  const cells: Record<string, object> = {};
  // Without a table nobody asks for them.
  const shown = classNames.length <= mostDrawnClasses ? chooseRecords(evaluation) : [];
  for (const { actual, predicted, total, places } of shown) {
    const first = records.length;
    for (const place of places) {
      const { source, scores } = predictions[place] as (typeof predictions)[number];
      const ranked = classNames.map((name, i) => [i, scores[name] ?? 0] as const).sort(([, a], [, b]) => b - a);
      const own = ranked.slice(0, keptScores);
      // The actual class belongs to it, however low its score.
      if (!own.some(([i]) => i === actual)) own.push(...ranked.filter(([i]) => i === actual));
      records.push({
        path: pathOf(source),
        scores: own.map(([i, score]) => [i, Number(score.toFixed(4))]),
        image: thumbnails?.get(source) ?? null,
      });
    }
    cells[`${actual},${predicted}`] = { total, records: places.map((_, i) => first + i) };
  }
  return `<script type="application/json" id="report-data">${jsonForScript({ classNames, cells, records })}</script>`;
}
