// How long a manifest of a million rows takes to load and to split by group, and how long it takes to look through a data
// set for what is wrong with it. CPU time stands beside the clock's, for machines that do other work.
//
//   node benchmarks/data-sources.mjs [DATASET]
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDataset, loadManifest, openDataset, sharpImageSource, splitDataset } from '@graft-ml/node-adapter';

const ROWS = 1_000_000;

async function measure(title, work) {
  const [begin, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = ((performance.now() - begin) / 1000).toFixed(2);
  const memory = (process.memoryUsage().rss / 1e6).toFixed(0);
  console.log(`${title}: ${seconds} s, ${((user + system) / 1e6).toFixed(2)} s of CPU, ${memory} MB`);
  return result;
}

const folder = await mkdtemp(join(tmpdir(), 'graft-data-sources-'));
try {
  const file = join(folder, 'rows.csv');
  const lines = Array.from({ length: ROWS }, (_, i) => `c${i % 3}/f${i % 100}/${i}.png,c${i % 3},patient-${i >> 2}\n`);
  await writeFile(file, `path,label,group\n${lines.join('')}`);
  const dataset = await measure('load 1,000,000 rows', () => loadManifest(file, { absentFiles: 'keep' }));
  await measure('split them by group', () => splitDataset(dataset, { testSize: 0.2, validationSize: 0.1, seed: 42 }));
} finally {
  await rm(folder, { recursive: true, force: true });
}

const [location] = process.argv.slice(2);
if (location !== undefined) {
  const dataset = await openDataset(location);
  const images = sharpImageSource();
  await measure(`check ${dataset.samples.length} images`, () => checkDataset(dataset, { images }));
}
