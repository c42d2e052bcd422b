import { describeImage, type ExplanationMethod, type TransferModel } from '@graft-ml/core';
import type { ExplainedImages } from '../jobs/explain-images.js';
import { visibleText } from '../visible-text.js';
import { printLine } from './print-result.js';

const notice =
  'A heat map shows where the model looked, not whether it was right to. For education, not for diagnosis.';

/** What people should know of all the pictures. */
export function noteExplanation(
  model: TransferModel,
  method: ExplanationMethod,
  note: (message: string) => void,
): void {
  if (model.precision === 'int8' && method !== 'occlusion') {
    note(
      'gradients are taken in fp32, though the model predicts in int8: scores may differ a little from graft predict',
    );
  }
  note(notice);
}

/** A line for each image: path, predicted class, score, and the picture's file; then what the sanity check found. */
export function printExplanations({ explanations, sanityCheck }: ExplainedImages): void {
  for (const { map, file } of explanations) {
    const { className, label, score, peak } = map;
    const what = className === label ? label : `${className} (predicted ${label})`;
    const empty = peak === 0 ? '  no place speaks for it' : '';
    printLine(visibleText(`${describeImage(map.source)}  ${what}  ${score.toFixed(3)}  ${file}${empty}`));
  }
  if (sanityCheck === undefined) return;
  printLine();
  printLine(sanityCheck.sentence);
}

/** The JSON document of `graft explain`. */
export function explanationDocument(
  { explanations, skipped, sanityCheck }: ExplainedImages,
  { model, method }: { readonly model: TransferModel; readonly method: ExplanationMethod },
): Record<string, unknown> {
  return {
    method,
    layer: explanations[0]?.map.layer ?? null,
    classNames: model.classNames,
    precision: method === 'occlusion' ? model.precision : 'fp32',
    explanations: explanations.map(({ map, file }) => ({
      path: describeImage(map.source),
      label: map.label,
      className: map.className,
      score: map.score,
      peak: map.peak,
      file,
      heatMap: { height: map.height, width: map.width, values: map.values && [...map.values] },
    })),
    skipped,
    ...(sanityCheck && { sanityCheck }),
    notice,
  };
}
