// Trains a network of one's own: npm start -- DATASET OUT
//
// It has no pretrained weights, so the second stage trains all of it. With a weights file of your own (Keras' .h5, or safetensors
// with a tensor `<layer>/<index>` for each weight) it would be `weights: 'small-pyramid.safetensors'`, and frozen as any other.
import { pathToFileURL } from 'node:url';
import { buildTransferModel, loadImageFolder, loadTransferModel, splitDataset } from '@graft-ml/node-adapter';
import { smallPyramid } from './small-pyramid.js';

export async function main([folder = 'dataset', out = 'models/small-pyramid']: string[], epochs = 10): Promise<number> {
  const { train, test } = splitDataset(await loadImageFolder(folder), { testSize: 0.2, seed: 42 });
  const model = await buildTransferModel(smallPyramid, { weights: 'none', seed: 42 });
  await model.fit(train, { epochs: 5 });
  await model.fineTune(train, { unfreezeFrom: 'block1', learningRate: 1e-3, epochs });
  await model.save(out);
  await model.dispose();

  // A saved model knows its backbone by name: one of your own is given along.
  const same = await loadTransferModel(out, { backbone: smallPyramid });
  const { report, accuracy } = await same.evaluate(test);
  console.log(String(report));
  await same.dispose();
  return accuracy;
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) {
  await main(process.argv.slice(2));
}
