// For education only, not for diagnosis.
//
// usage: build-covid-dataset CLONE OUT
//
// Copies the PA views of COVID-19 patients out of a clone of the public chest X-ray collection.
import { buildCovidDataset } from '@graft-ml/node-adapter';
import { runDirectly } from './run-directly.js';

export async function main([clone = 'covid-chestxray-dataset', out = 'dataset/covid']: string[]): Promise<void> {
  const { copied, missing } = await buildCovidDataset({ clone, out });
  console.log(`copied ${copied.length} images; ${missing.length} files were missing`);
}

await runDirectly(import.meta.url, main);
