// Trains the 2020 notebook's head as graft does and as Keras does, on the same cached features, in turn.
//
// usage: node benchmarks/head-training.mjs PYTHON [rounds]
//        (after npm run build; PYTHON has oracles/requirements-backbones.txt; generated images, VGG16 with seeded weights)

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  buildTransferModel,
  encodeNpy,
  loadImageFolder,
  nodeRuntime,
  splitDataset,
  writeDemoDataset,
} from '@graft-ml/node-adapter';

const [python = 'python3', rounds = '3'] = process.argv.slice(2);
const settings = { epochs: 25, batchSize: 8, learningRate: 1e-3, decay: 1e-3 / 25 };
const root = mkdtempSync(join(tmpdir(), 'graft-head-'));
const runtime = nodeRuntime();

/** The features that the head reads, and the class of each row, for Keras. */
async function writeFeatures(model, side, { classNames, samples }) {
  const { table } = await model.extract(samples.map(({ source }) => source));
  const values = table.gather(samples.map((_, sample) => ({ sample, view: 0 })));
  writeFileSync(join(root, `${side}.npy`), encodeNpy([samples.length, ...table.shape], values));
  writeFileSync(join(root, `${side}.json`), JSON.stringify(samples.map(({ label }) => classNames.indexOf(label))));
}

try {
  await writeDemoDataset(join(root, 'dataset'), { seed: 1, count: 102 });
  const dataset = await loadImageFolder(join(root, 'dataset'));
  // 244 images to train on, 62 to validate on, as in the notebook.
  const { train, test: validation } = splitDataset(dataset, { testSize: 0.2, seed: 42 });
  const { classNames } = dataset;
  const model = await buildTransferModel('vgg16', { weights: 'none', head: 'notebook', classNames, runtime });
  await writeFeatures(model, 'train', train);
  await writeFeatures(model, 'validation', validation);
  const script = fileURLToPath(new URL('head-training.py', import.meta.url));
  for (let round = 1; round <= Number(rounds); round++) {
    const { elapsedMs } = await model.fit(train, { ...settings, validation });
    const keras = JSON.parse(execFileSync(python, [script, root, JSON.stringify(settings)], { encoding: 'utf8' }));
    const ours = elapsedMs.training / 1000;
    process.stdout.write(
      `${train.samples.length} images: graft ${ours.toFixed(2)} s, Keras ${keras.seconds.toFixed(2)} s, ` +
        `${(keras.seconds / ours).toFixed(1)} times as fast\n`,
    );
  }
  await model.dispose();
} finally {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
}
