import { escapeHtml } from '../page/escape-html.js';
import { count, percent } from '../page/format.js';
import { imageCard, section, type ReportContext } from '../page/report-context.js';
import { table } from '../page/table.js';

/** Rows and pictures of each list. */
const shownLosses = 8;
const shownPairs = 10;
const shownOfPair = 6;
const shownLabels = 12;

/** What to look at first: the highest losses, the most confused pairs, and labels that may be wrong. */
export function errorsSection(context: ReportContext): string {
  const { errors, overlays } = context.input;
  if (errors === undefined) return section('errors', 'Errors', context.gap('errors'));
  const explained = overlays !== undefined && overlays.size > 0;
  const parts = [
    '<h3>Highest losses</h3>',
    '<p class="soft">The images that the model is most wrong about. Grad-CAM shows where it found what speaks for its answer; a bright border or a bright corner is a warning.</p>',
    explained && context.input.gaps?.gradCam === undefined ? '' : context.gap('gradCam'),
    `<ul class="images${explained ? ' wide' : ''}">${errors.highestLosses
      .slice(0, shownLosses)
      .map((one) => imageCard(one, context, `<p class="soft">loss ${one.loss.toFixed(2)}</p>`))
      .join('\n')}</ul>`,
    '<h3>Most confused pairs</h3>',
    confusedPairs(context),
    '<h3>Labels that may be wrong</h3>',
    likelyWrongLabels(context),
  ];
  return section('errors', 'Errors', parts.join('\n'));
}

function confusedPairs(context: ReportContext): string {
  const plain = withoutOverlays(context);
  const pairs = context.input.errors?.confusedPairs ?? [];
  if (pairs.length === 0) return '<p>No class was taken for another.</p>';
  const rows = pairs
    .slice(0, shownPairs)
    .map(({ trueLabel, label, count: times, share }) => [
      { html: context.nameOf(trueLabel) },
      { html: context.nameOf(label) },
      times,
      percent(share),
    ]);
  const more = pairs.length - shownPairs;
  const [first] = pairs;
  const images = (first?.predictions ?? []).slice(0, shownOfPair).map((one) => imageCard(one, plain));
  return `${table({
    caption: 'Most confused pairs of classes',
    columns: ['Actual', 'Predicted', 'Images', 'Share of actual class'],
    rows,
    numeric: [2, 3],
    quietCaption: true,
  })}${more > 0 ? `<p class="soft">${escapeHtml(count(more, 'more pair'))} in the confusion matrix</p>` : ''}
<p>The first pair, ${context.nameOf(first?.trueLabel ?? '')} taken for ${context.nameOf(first?.label ?? '')}:</p>
<ul class="images">${images.join('\n')}</ul>`;
}

function likelyWrongLabels(context: ReportContext): string {
  const plain = withoutOverlays(context);
  const found = context.input.errors?.likelyWrongLabels ?? [];
  if (found.length === 0) return '<p>None was found by confident learning.</p>';
  const cards = found
    .slice(0, shownLabels)
    .map((one) => imageCard(one, plain, `<p class="soft">perhaps ${context.nameOf(one.suggestedLabel)}</p>`));
  return `<p class="soft">By confident learning, an estimate: the model is surer of another class than it usually is of that class. Look at them; the model may be wrong as well.</p>
<ul class="images">${cards.join('\n')}</ul>
${found.length > shownLabels ? `<p class="soft">and more</p>` : ''}`;
}

/** Small cards have room for one picture. */
function withoutOverlays(context: ReportContext): ReportContext {
  return { ...context, input: { ...context.input, overlays: undefined } };
}
