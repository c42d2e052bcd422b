// Many fits, predictions and loads in one process: tensors stay as many as they were, and memory grows no further.
//
// `node --expose-gc torture/leaks.mjs` prints one JSON document.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  buildTransferModel,
  loadImageFolder,
  loadTransferModel,
  nodeRuntime,
  splitDataset,
  writeDemoDataset,
} from '../packages/node-adapter/dist/index.js';

const { values } = parseArgs({
  options: {
    fits: { type: 'string', default: '100' },
    predictions: { type: 'string', default: '1000' },
    loads: { type: 'string', default: '100' },
  },
});
// The very copy of tfjs-core that the library uses.
const { memory } = createRequire(new URL('../packages/node-adapter/package.json', import.meta.url))(
  '@tensorflow/tfjs-core',
);
const root = mkdtempSync(join(tmpdir(), 'graft-leaks-'));
const runtime = nodeRuntime({ cache: join(root, 'cache') });

/** Runs `work` so many times, and fits a line through the memory of the second half. */
async function repeat(name, times, work) {
  const samples = [];
  let tensors;
  for (let i = 1; i <= times; i += 1) {
    await work(i);
    if (i === 1) tensors = memory().numTensors;
    if (i > times / 2) {
      globalThis.gc?.();
      samples.push([i, process.memoryUsage().rss / 2 ** 20]);
    }
  }
  const { slope, error } = line(samples);
  return {
    name,
    times,
    tensorGrowth: memory().numTensors - tensors,
    // Of a whole run's length, in MB; within noise where it is below three standard errors.
    growth: slope * times,
    noise: 3 * error * times,
    rss: samples.at(-1)[1],
  };
}

/** Least squares: the slope and its standard error, which counts neighbours as one measurement in ten. */
function line(points) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const spread = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / spread;
  const rest = points.reduce((sum, [x, y]) => sum + (y - my - slope * (x - mx)) ** 2, 0);
  return { slope, error: Math.sqrt((10 * rest) / Math.max(1, points.length - 2) / spread) };
}

try {
  const folder = join(root, 'dataset');
  await writeDemoDataset(folder, { seed: 1, count: 20 });
  const dataset = await loadImageFolder(folder);
  const images = readdirSync(folder, { recursive: true })
    .filter((name) => String(name).endsWith('.png'))
    .map((name) => join(folder, String(name)));
  const { train, validation } = splitDataset(dataset, { testSize: 0.2, validationSize: 0.2, seed: 1 });
  const model = await buildTransferModel('graft-tiny', { runtime });
  const results = [
    await repeat('fits', Number(values.fits), () => model.fit(train, { validation, epochs: 5 })),
    await repeat('predictions', Number(values.predictions), (i) => model.predict([images[i % images.length]])),
  ];
  await model.save(join(root, 'model'));
  await model.dispose();
  results.push(
    await repeat('loads', Number(values.loads), async () => {
      const loaded = await loadTransferModel(join(root, 'model'), { runtime });
      await loaded.predict(images.slice(0, 1));
      await loaded.dispose();
    }),
  );
  console.log(JSON.stringify(results));
} finally {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
}
