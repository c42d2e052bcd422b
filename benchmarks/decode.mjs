// Decodes and resizes a folder of images to 224 x 224 with graft and with OpenCV, in turn, and prints the ratios.
//
//   npm run build && node benchmarks/decode.mjs [FOLDER] [ROUNDS]
//
// PYTHON names an interpreter that has OpenCV (default: python3). graft reads the files too, as its pipeline does: with 16 images
// under way, whose pixels go where those of images before them were. The peer is the faster of OpenCV's two figures: one thread, or a pool of one thread a core.
import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeRuntime } from '@graft-ml/node-adapter';

const [folder = '../shared/data/covid-0402', rounds = '5'] = process.argv.slice(2);
const python = process.env.PYTHON ?? 'python3';
const peerScript = fileURLToPath(new URL('./decode.py', import.meta.url));
const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(jpe?g|png|webp|tiff?)$/i.test(name));
const paths = names.sort().map((name) => join(folder, name));
const { images } = nodeRuntime({ cache: false });

async function ours(interpolation) {
  const begin = performance.now();
  const cpu = process.cpuUsage();
  let next = 0;
  const lane = async () => {
    const into = new Uint8Array(224 * 224 * 3);
    while (next < paths.length) {
      const bytes = await images.read(paths[next++]);
      await images.decode(bytes, { size: [224, 224], interpolation, into });
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  const { user, system } = process.cpuUsage(cpu);
  return {
    rate: (paths.length * 1000) / (performance.now() - begin),
    cpu: (user + system) / 1000 / paths.length,
  };
}

function peer() {
  const { status, stdout, stderr, error } = spawnSync(python, [peerScript, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${python} cannot run ${peerScript}: ${error?.message ?? stderr}`);
  return JSON.parse(stdout);
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const interpolations = ['bilinear', 'antialias'];
for (let round = 0; round < 2; round += 1) for (const interpolation of interpolations) await ours(interpolation);

const results = { bilinear: [], antialias: [], peer: [], ratios: { bilinear: [], antialias: [] } };
for (let round = 0; round < Number(rounds); round += 1) {
  const figures = peer();
  const fastest = Math.max(figures.alone, figures.pooled);
  results.peer.push({ rate: fastest, cpu: Math.min(figures.aloneCpu, figures.pooledCpu) });
  for (const interpolation of interpolations) {
    const own = await ours(interpolation);
    results[interpolation].push(own);
    results.ratios[interpolation].push(own.rate / fastest);
  }
}
console.log(`${paths.length} images from ${folder}, median of ${rounds} rounds`);
for (const name of ['peer', ...interpolations]) {
  const rate = median(results[name].map((figure) => figure.rate)).toFixed(0);
  const cpu = median(results[name].map((figure) => figure.cpu)).toFixed(2);
  const ratio = results.ratios[name] ? ` · ${median(results.ratios[name]).toFixed(2)}× OpenCV` : '';
  const label = name === 'peer' ? 'OpenCV' : `graft ${name}`;
  console.log(`${label.padEnd(16)} ${rate.padStart(5)} images/s · ${cpu} ms of CPU an image${ratio}`);
}
