// For education only, not for diagnosis.
//
// usage: train DATASET OUT [BACKBONE=WEIGHTS ...]
//
// Trains each backbone as the 2020 notebook did (its preset), and prints a summary of each. WEIGHTS is a Keras file, `imagenet`,
// or `none` for random ones.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  buildTransferModel,
  getPreset,
  historyChart,
  loadImageFolder,
  renderChart,
  splitDataset,
} from '@graft-ml/node-adapter';
import { formatConfusionMatrix } from '@graft-ml/metrics';
import { runDirectly } from './run-directly.js';

const MODELS = ['vgg16=imagenet', 'vgg19=imagenet'];
const EPOCHS = 25;

export async function main(
  [datasetFolder = 'dataset', out = 'models', ...models]: string[],
  epochs = EPOCHS,
): Promise<void> {
  const dataset = await loadImageFolder(datasetFolder);
  const { train, test } = splitDataset(dataset, { testSize: 0.2, seed: 42 });
  const { build, fit } = getPreset('notebook', { epochs });

  for (const entry of models.length > 0 ? models : MODELS) {
    const [backbone = '', weights = 'imagenet'] = entry.split('=');
    const model = await buildTransferModel(backbone, { ...build, weights, seed: 42 });
    // As the notebook has it, the test set picks the epoch. Set a validation set aside in work of your own.
    const { epochs: log } = await model.fit(train, { ...fit, validation: test });
    const { report, confusionMatrix, classNames } = await model.evaluate(test);

    console.log(`\n${backbone}\n${String(report)}`);
    console.log(
      formatConfusionMatrix(
        { labels: [...classNames], matrix: confusionMatrix.map((row) => [...row]) },
        { header: 'Predictions' },
      ),
    );

    await model.save(join(out, backbone), { training: { history: log } });
    const plot = await renderChart(historyChart(log, { title: `${backbone}: loss and accuracy` }));
    await writeFile(join(out, `${backbone}.png`), plot.png);
    await model.dispose();
  }
}

await runDirectly(import.meta.url, main);
