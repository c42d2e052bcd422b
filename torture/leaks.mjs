// Many fits, predictions and loads in one process: tensors stay as many as they were, and memory grows no further.
//
// `node --expose-gc torture/leaks.mjs` prints one JSON document. Memory is what the process holds after a collection; the first third
// of each series warms up. A line is fitted to the rest: growth is within noise where the slope's 95 % interval holds 0. And the floors
// of the second and the last third are compared: V8 and the allocator take memory in steps and give it back at once, a saw of some
// 14 MB with a tooth for every 300 to 450 predictors, in which any shorter piece has a slope. What leaks lifts the floor.
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
  openPredictor,
  splitDataset,
  writeDemoDataset,
} from '../packages/node-adapter/dist/index.js';

const { values } = parseArgs({
  options: {
    fits: { type: 'string', default: '100' },
    predictions: { type: 'string', default: '1000' },
    loads: { type: 'string', default: '100' },
    predictors: { type: 'string', default: '1350' },
  },
});
// The very copy of tfjs-core that the library uses.
const { memory } = createRequire(new URL('../packages/node-adapter/package.json', import.meta.url))(
  '@tensorflow/tfjs-core',
);
const root = mkdtempSync(join(tmpdir(), 'graft-leaks-'));
const runtime = nodeRuntime({ cache: join(root, 'cache') });

/** Runs `work` so many times. Growth, its interval and the floor's are of a run of that length, in MB. */
async function repeat(name, times, work) {
  const [resident, heap] = [[], []];
  let tensors;
  for (let i = 1; i <= times; i += 1) {
    await work(i);
    if (i === 1) tensors = memory().numTensors;
    if (i <= times / 3) continue;
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    resident.push([i, rss / 2 ** 20]);
    heap.push([i, heapUsed / 2 ** 20]);
  }
  const scaled = ({ slope, low, high }) => ({ growth: slope * times, low: low * times, high: high * times });
  return {
    name,
    times,
    tensorGrowth: memory().numTensors - tensors,
    megabytes: resident.at(-1)[1],
    resident: { ...scaled(line(resident)), floor: 3 * floorGrowth(resident) },
    heap: { ...scaled(line(heap)), floor: 3 * floorGrowth(heap) },
  };
}

/** How much higher the lowest point of the later half lies than that of the earlier, a third of the run before. */
function floorGrowth(points) {
  const middle = Math.floor(points.length / 2);
  const floor = (part) => Math.min(...part.map(([, y]) => y));
  return floor(points.slice(middle)) - floor(points.slice(0, middle));
}

/** Least squares, with a 95 % interval of the slope. Neighbours resemble each other: they count as fewer measurements. */
function line(points) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const spread = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / spread;
  const rest = points.map(([x, y]) => y - my - slope * (x - mx));
  const squares = rest.reduce((sum, value) => sum + value ** 2, 0);
  const products = rest.slice(1).reduce((sum, value, i) => sum + value * rest[i], 0);
  const likeness = squares === 0 ? 0 : Math.min(0.95, Math.max(0, products / squares));
  const independent = Math.max(3, (points.length * (1 - likeness)) / (1 + likeness));
  const error = Math.sqrt(squares / points.length / (1 - 2 / independent) / (spread * (independent / points.length)));
  return { slope, low: slope - 2 * error, high: slope + 2 * error };
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
  results.push(
    await repeat('predictors opened', Number(values.predictors), async () => {
      const predictor = await openPredictor(join(root, 'model'), { runtime });
      await predictor.predict(images.slice(0, 1));
      await predictor.dispose();
    }),
  );
  console.log(JSON.stringify(results));
} finally {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
}
