// Peak memory of the notebook's job (process start to exit) with the data set as it is, and with every image linked many times.
//
//   npm run build && node benchmarks/memory.mjs [DATASET] [--backbone squeezenet --weights FILE …]
//
// What follows the data set is handed to `graft train`; without it: SqueezeNet, seeded weights, 2 epochs, one view. For the real
// thing: --backbone vgg16 --weights imagenet --views 4 (40 minutes and more). SCALES=1,100 says how often each image is linked;
// NO_CACHE=1 gives each run an empty cache, so that linked images are found only as often as they differ in their views.
import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peakMegabytes } from './support/peak-memory.mjs';

const graft = fileURLToPath(new URL('../packages/node-adapter/bin/graft.js', import.meta.url));
const [dataset = '../shared/data/covid-0402', ...given] = process.argv.slice(2);
const flags =
  given.length > 0
    ? given
    : ['--backbone', 'squeezenet', '--weights', 'none', '--epochs', '2', '--views', '1', '--augment', 'rotation=15'];
const scales = (process.env.SCALES ?? '1,100').split(',').map(Number);
// Links need the images' own file system.
const root = mkdtempSync(join(process.env.LINKS ?? dirname(resolve(dataset)), '.graft-memory-'));

/** A data set with each image `scale` times. */
function linked(scale) {
  const folder = join(root, `times-${scale}`);
  for (const name of readdirSync(dataset, { recursive: true })) {
    if (!/\.(jpe?g|png)$/i.test(name)) continue;
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    for (let copy = 0; copy < scale; copy += 1) {
      linkSync(join(dataset, name), join(folder, dirname(name), `${copy}-${name.split('/').at(-1)}`));
    }
  }
  return folder;
}

function run(scale) {
  const args = [graft, 'train', linked(scale), '--preset', 'notebook', ...flags, '--json'];
  const [program, wrapped] = peakMegabytes
    .command(process.execPath, args)
    .reduce(([first, rest], part) => (first === undefined ? [part, rest] : [first, [...rest, part]]), [undefined, []]);
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(program, wrapped, {
    env: { ...process.env, GRAFT_CACHE: join(root, process.env.NO_CACHE ? `cache-${scale}` : 'cache') },
    encoding: 'utf8',
    maxBuffer: 1 << 29,
  });
  if (status !== 0) throw new Error(stderr);
  const { counts, test } = JSON.parse(stdout);
  const images = counts.train + counts.test + counts.validation;
  return {
    images,
    accuracy: test.accuracy,
    megabytes: peakMegabytes.of(stderr),
    seconds: (performance.now() - begin) / 1000,
  };
}

try {
  const results = scales.map((scale) => {
    const result = run(scale);
    console.log(
      `${String(result.images).padStart(6)} images: peak ${result.megabytes.toFixed(0)} MB, ${result.seconds.toFixed(0)} s`,
    );
    return result;
  });
  const [first, last] = [results[0], results.at(-1)];
  console.log(
    `${(last.megabytes / first.megabytes).toFixed(2)}× the memory for ${(last.images / first.images).toFixed(0)}× the images`,
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}
