// Splits a list of a million paths by group into train, validation and test sides, writes the split as CSV and reads it
// again. Bars: 5 s and 1 GB for the split.
//
//   pnpm --filter @graft-ml/core build && node benchmarks/splits.mjs
//
// Exits with 1 if a bar is missed.
import { cpus } from 'node:os';
import { splitDataset, splitFromCsv, splitToCsv, stratifiedGroupKFold } from '../packages/core/dist/index.js';

const count = 1_000_000;
const bars = { seconds: 5, gigabytes: 1 };

/** Patients with one to nine images each, three classes of unequal size. */
const samples = Array.from({ length: count }, (_, i) => {
  const patient = Math.imul(i >> 1, 2654435761) >>> 12;
  const label = ['covid', 'normal', 'pneumonia', 'normal'][patient & 3];
  const id = `${label}/patient${patient % 300_000}_${i}.png`;
  return { id, source: id, label };
});
const dataset = { classNames: ['covid', 'normal', 'pneumonia'], samples };
const gigabytes = () => process.resourceUsage().maxRSS / 2 ** 20;

const before = gigabytes();
const tasks = {
  splitDataset: () =>
    splitDataset(dataset, { testSize: 0.2, validationSize: 0.1, groupBy: /^[a-z]+\/(patient\d+)_/, seed: 42 }),
  splitToCsv: () => splitToCsv(results.splitDataset),
  splitFromCsv: () => splitFromCsv(results.splitToCsv, dataset),
  stratifiedGroupKFold: () =>
    stratifiedGroupKFold(
      samples.map((sample) => sample.label),
      samples.map((sample) => sample.id.slice(0, sample.id.indexOf('_'))),
      { nSplits: 5, shuffle: true, seed: 42 },
    ),
};
const results = {};
let failed = false;
console.log(
  `${count} paths, node ${process.version}, ${cpus()[0].model}; ${before.toFixed(2)} GB with the paths alone\n`,
);
console.log('| task | seconds | peak memory of the process, GB |\n| --- | ---: | ---: |');
for (const [name, task] of Object.entries(tasks)) {
  const begin = performance.now();
  results[name] = await task();
  const seconds = (performance.now() - begin) / 1000;
  console.log(`| ${name} | ${seconds.toFixed(2)} | ${gigabytes().toFixed(2)} |`);
  if (name === 'splitDataset') failed = seconds > bars.seconds || gigabytes() > bars.gigabytes;
}
const { train, validation, test } = results.splitDataset;
const shares = [train, validation, test].map((side) => side.samples.length);
console.log(
  `\nsides: ${shares.join(', ')}; bars: ${bars.seconds} s, ${bars.gigabytes} GB: ${failed ? 'missed' : 'met'}`,
);
process.exitCode = failed ? 1 : 0;
