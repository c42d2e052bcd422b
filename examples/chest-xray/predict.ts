// For education only, not for diagnosis.
//
// usage: predict MODEL FOLDER LABEL
//
// Classifies a folder of images that should all be of one class; the notebook's `predict_covid19`.
import { listImages, loadTransferModel, summarizePredictions } from '@graft-ml/node-adapter';
import { runDirectly } from './run-directly.js';

export async function main([folder = 'models/vgg16', images = '', expected = 'covid']: string[]): Promise<void> {
  const model = await loadTransferModel(folder);
  const { predictions } = await model.predict(await listImages([images]));
  const summary = summarizePredictions(predictions, { classNames: model.classNames ?? [], expected });
  await model.dispose();

  console.log(`accuracy: ${summary.expected?.accuracy.toFixed(2) ?? '-'}`);
  for (const [label, percent] of Object.entries(summary.percentages))
    console.log(`${label}: ${(percent / 100).toFixed(2)}`);
  const other = summary.otherPercentages['covid'];
  if (other !== undefined) console.log(`NON-COVID: ${(other / 100).toFixed(2)}`);
}

await runDirectly(import.meta.url, main);
