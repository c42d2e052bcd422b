import { placeName } from '../datasets/place-name.js';
import { decimal, percent } from './page/format.js';
import { medicalNotice } from './render-report.js';
import type { ReportInput } from './report-input.js';
import { majorityFigure, modelFigure, shortcutFigure, shortcutSentence } from './sections/baselines.js';

/**
 * A model card in Markdown with the metadata header of Hugging Face: what the model is, how it was tested, and what it must not
 * be used for. Names from outside are escaped, in the header as in the text.
 *
 * @param input - As for `renderReport`.
 * @see Mitchell et al. (2019), "Model cards for model reporting"; the header: Hugging Face Hub, "Model cards"
 * @example `await writeFile('README.md', renderModelCard(input));`
 */
export function renderModelCard(input: ReportInput): string {
  const { evaluation, dataset, training, medical, reproduction, versions } = input;
  const model = modelFigure(evaluation, input.intervals);
  const trainCounts = dataset?.sides.find(({ name }) => name === 'train')?.counts;
  const majority = majorityFigure(evaluation, trainCounts);
  const shortcut = shortcutFigure(input.audit);
  const warning = shortcutSentence(model, shortcut);
  const backbone = training?.backbone ?? 'a pretrained backbone';
  const rows = [
    ['accuracy', percent(model.accuracy), interval(model)],
    ['macro F1', decimal(evaluation.report.macroAvg.f1Score), ''],
    ['loss', decimal(evaluation.loss), ''],
    ['always the largest class', percent(majority.accuracy), ''],
    [
      '16×16 thumbnails alone',
      shortcut === undefined ? 'not measured' : percent(shortcut.accuracy),
      shortcut === undefined ? '' : interval(shortcut),
    ],
  ];
  const classes = evaluation.report.classes.map(
    ({ name, precision, recall, f1Score, support }) =>
      `| ${markdownText(name)} | ${decimal(precision)} | ${decimal(recall)} | ${decimal(f1Score)} | ${support} |`,
  );
  return `${header(input)}
# ${markdownText(input.title)}

${medical === undefined ? '' : `> **${medicalNotice}** ${markdownText(medical)}\n\n`}An image classifier of ${evaluation.classNames.length} classes: ${markdownText(backbone)} with a head of its own, trained with graft. [report.html](report.html) shows
more: curves, the confusion matrix with its images, errors, and an audit of the data.

## How it does

On ${evaluation.predictions.length} images that it was not trained on:

| figure | value | 95 % interval |
| --- | --- | --- |
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}

${warning === undefined ? '' : `**Do not trust this number yet.** ${markdownText(warning)}\n\n`}| class | precision | recall | F1 | images |
| --- | --- | --- | --- | --- |
${classes.join('\n')}

## Intended use, and limits

It tells the classes above apart, on images like those it was trained on. On images from elsewhere (another camera, another
hospital, another season) it may do much worse than the figures say: test it there before you rely on it. It answers with one of
its classes whatever it is shown.${medical === undefined ? '' : ` ${medicalNotice}`}

${auditParagraph(input)}

## How it was made

${dataset === undefined ? '' : `- data: ${markdownText(placeName(dataset.location))}, fingerprint \`${dataset.fingerprint ?? 'unknown'}\`\n`}${
    dataset === undefined
      ? ''
      : dataset.sides
          .map(({ name, counts }) => `- ${name}: ${counts.reduce((sum, value) => sum + value, 0)} images\n`)
          .join('')
  }${Object.entries(versions ?? {})
    .map(([name, value]) => `- ${markdownText(name)}: ${markdownText(value)}\n`)
    .join('')}
${reproduction === undefined ? '' : `\`\`\`\`sh\n${reproduction.command.replaceAll(/`{4,}/g, '```')}\n\`\`\`\`\n`}
Load it:

\`\`\`ts
import { loadTransferModel } from '@graft-ml/node-adapter';

const model = await loadTransferModel('.');
const { predictions } = await model.predict(['image.jpg']);
\`\`\`
`;
}

function interval({ low, high }: { readonly low?: number | undefined; readonly high?: number | undefined }): string {
  return low === undefined || high === undefined ? '' : `${percent(low)} to ${percent(high)}`;
}

function auditParagraph({ audit }: ReportInput): string {
  if (audit === undefined) return 'The data were not audited for shortcuts.';
  return `Audit of the data: ${markdownText(audit.sentence)}`;
}

/** The metadata block. All text is quoted, so that a name can neither end a line nor mean something else to YAML. */
function header({ title, evaluation, dataset, medical }: ReportInput): string {
  const name = dataset === undefined ? title : placeName(dataset.location);
  // The Hub knows data sets by such names only.
  const isHubName = /^[\w][\w.-]{0,95}$/.test(name);
  const metric = (type: string, label: string, value: number) =>
    `          - type: ${type}\n            name: ${yamlText(label)}\n            value: ${Number(value.toFixed(6))}`;
  return `---
library_name: graft
pipeline_tag: image-classification
license: unknown
tags:
  - image-classification
  - transfer-learning${medical === undefined ? '' : '\n  - medical'}
${isHubName ? `datasets:\n  - ${yamlText(name)}\n` : ''}metrics:
  - accuracy
  - f1
model-index:
  - name: ${yamlText(title)}
    results:
      - task:
          type: image-classification
          name: Image classification
        dataset:
          type: imagefolder
          name: ${yamlText(name)}
          split: test
        metrics:
${metric('accuracy', 'Accuracy', evaluation.accuracy)}
${metric('f1', 'Macro F1', evaluation.report.macroAvg.f1Score)}
---
`;
}

/** A text as a double-quoted YAML scalar: JSON's escapes are YAML's, and what YAML does not print is escaped too. */
export function yamlText(text: string): string {
  return JSON.stringify(wellFormed(text)).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A text as Markdown shows it, on one line: no sign of it means anything, and no address in it becomes a link. */
export function markdownText(text: string): string {
  return (
    wellFormed(text)
      .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      // No text begins a line, so that signs which mean something there only may stand.
      .replaceAll(/[#$*@[\\\]^_`|~]|:(?=[/\w])|(?<=www)\./gi, '\\$&')
      .trim()
  );
}

/** Halves of a pair of UTF-16 are no text. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Cs}/gu, '\ufffd');
}
