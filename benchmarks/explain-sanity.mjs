// How far heat maps follow what a model learned: the sanity check's rank correlations on a real set, for each head and method, and with
// the last blocks fine-tuned. Figures of docs/decisions/0023-heat-maps.md.
//
//   npm run build && node benchmarks/explain-sanity.mjs DATASET WEIGHTS [BACKBONE=squeezenet]
import {
  buildTransferModel,
  explanationSanityCheck,
  loadImageFolder,
  nodeRuntime,
  splitDataset,
} from '../packages/node-adapter/dist/index.js';

const [folder, weights, backbone = 'squeezenet'] = process.argv.slice(2);
const methods = ['gradCam', 'gradCamPlusPlus'];
const runtime = nodeRuntime();
const dataset = await loadImageFolder(folder);
const { train, test } = splitDataset(dataset, { testSize: 0.2, seed: 42 });
const paths = test.samples.slice(0, 24).map(({ source }) => source);

async function report(title, model) {
  for (const method of methods) {
    const { verdict, steps, images } = await explanationSanityCheck(model, paths, { method });
    for (const { randomized, rankCorrelation, lowest, highest } of steps) {
      const figures = [rankCorrelation, lowest, highest].map((value) => value.toFixed(2).padStart(6)).join('');
      console.log(
        `${title.padEnd(12)} ${method.padEnd(16)} ${figures}  ${images} images, ${randomized.join(', ')}: ${verdict}`,
      );
    }
  }
}

console.log('head         method              mean least  most');
for (const head of ['default', 'linear', 'mlp', 'prototype', 'notebook']) {
  const model = await buildTransferModel(backbone, { weights, runtime, head });
  await model.fit(train);
  await report(head, model);
  if (head === 'default') {
    const { blocks } = model.parts.backbone;
    await model.fineTune(train, { unfreezeFrom: blocks.at(-2).name, epochs: 3 });
    await report('fine-tuned', model);
  }
  await model.dispose();
}
await runtime.close();
