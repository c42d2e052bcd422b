// For education only, not for diagnosis.
//
// usage: sample-kaggle-dataset DIRECTORY OUT COUNT LABEL
//
// Copies a random sample of a folder of images, the same one each time.
import { sampleImages } from '@graft-ml/node-adapter';
import { runDirectly } from './run-directly.js';

export async function main([directory = '', out = '', count = '102', label = 'normal']: string[]): Promise<void> {
  const { copied } = await sampleImages({ directory, out, count: Number(count), label, seed: 42 });
  console.log(`copied ${copied.length} images`);
}

await runDirectly(import.meta.url, main);
