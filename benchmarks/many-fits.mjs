// Fits one model a hundred times in one process: tensors and memory must stay where they were.
//
// usage: node --expose-gc benchmarks/many-fits.mjs [fits]      (after npm run build; on generated images)

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildTransferModel,
  loadImageFolder,
  nodeRuntime,
  splitDataset,
  writeDemoDataset,
} from '@graft-ml/node-adapter';

// The very copy of tfjs-core that the library uses.
const adapter = createRequire(new URL('../packages/node-adapter/package.json', import.meta.url));
const { memory } = adapter('@tensorflow/tfjs-core');
const [fits = 100] = process.argv.slice(2).map(Number);
const root = mkdtempSync(join(tmpdir(), 'graft-fits-'));
const runtime = nodeRuntime({ cache: join(root, 'cache') });

function usage() {
  globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const megabytes = (bytes) => Math.round(bytes / 2 ** 20);
  const figures = { rss: megabytes(rss), heap: megabytes(heapUsed), buffers: megabytes(arrayBuffers) };
  return { tensors: memory().numTensors, ...figures };
}

try {
  await writeDemoDataset(join(root, 'dataset'), { seed: 1, count: 20 });
  const dataset = await loadImageFolder(join(root, 'dataset'));
  const { train, validation } = splitDataset(dataset, { testSize: 0.2, validationSize: 0.2, seed: 1 });
  const model = await buildTransferModel('squeezenet', { weights: 'none', inputSize: [64, 64], runtime });
  for (let fit = 1; fit <= fits; fit++) {
    await model.fit(train, { validation, epochs: 5 });
    if (fit === 1 || fit === 10 || fit % 25 === 0) process.stdout.write(`fit ${fit}: ${JSON.stringify(usage())}\n`);
  }
  await model.dispose();
} finally {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
}
