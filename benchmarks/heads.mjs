// Compares heads on the real chest set with real weights: test accuracy over seeds, each seed with a split of its own. Prints the
// table of docs/decisions/0020-heads.md.
//
//   npm run build && node benchmarks/heads.mjs [DATASET] [WEIGHTS.h5] [FIRST SEED] [LAST SEED]
//   HEADS='default default@0.003 linear' node benchmarks/heads.mjs DATASET graft-tiny 1 20
//
// DATASET: the chest X-rays of three classes. WEIGHTS: SqueezeNet, ImageNet, without its classifier; or the name of a backbone that
// carries its weights. A head may be followed by @ and the learning rate.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildTransferModel,
  loadImageFolder,
  nodeRuntime,
  runTrainingJob,
} from '../packages/node-adapter/dist/index.js';

const [
  folder = '../shared/data/covid-0402',
  weights = '../shared/weights/squeezenet_v1_imagenet_notop.h5',
  first = '1',
  last = '40',
] = process.argv.slice(2);
const [backbone, given] = /\.\w+$/.test(weights) ? ['squeezenet', { weights }] : [weights, {}];
const heads = (process.env.HEADS ?? '').split(' ').filter(Boolean);
const candidates =
  heads.length > 0
    ? heads
    : [
        'default',
        'default:dropout=0',
        'default:dropout=0.5',
        'linear',
        'linear:c=0.1',
        'linear:c=0.01',
        'linear:c=auto',
        'linear:c=auto,scoring=accuracy',
        'linear:standardize=false',
        'mlp',
        'mlp:hidden=256x64',
        'prototype',
        'prototype:metric=cosine',
        'prototype:metric=cosine,standardize=true',
        'notebook',
      ];
const cache = mkdtempSync(join(tmpdir(), 'graft-heads-'));
const runtime = nodeRuntime({ cache });
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

try {
  const dataset = await loadImageFolder(folder);
  console.log('| head | accuracy | sd | least | log loss | training, s |\n| --- | --: | --: | --: | --: | --: |');
  for (const candidate of candidates) {
    const [head, learningRate] = candidate.split('@');
    const runs = [];
    for (let seed = Number(first); seed <= Number(last); seed++) {
      const model = await buildTransferModel(backbone, { ...given, head, seed, runtime });
      runs.push(
        await runTrainingJob(model, dataset, { seed, ...(learningRate && { learningRate: Number(learningRate) }) }),
      );
      await model.dispose();
    }
    const accuracies = runs.map(({ test }) => test.accuracy);
    const figures = [
      mean(accuracies),
      deviation(accuracies),
      Math.min(...accuracies),
      mean(runs.map(({ test }) => test.loss)),
    ];
    const seconds = mean(runs.map(({ timings }) => timings.trainSeconds));
    console.log(
      `| \`${candidate}\` | ${figures.map((value) => value.toFixed(4)).join(' | ')} | ${seconds.toFixed(2)} |`,
    );
  }
} finally {
  await runtime.close();
  rmSync(cache, { recursive: true, force: true });
}
