// Times augmentations: rotation of a thousand images of 224×224 against Keras' ImageDataGenerator in one run (bar: at
// least 4× faster), and each augmentation against sharp (libvips) where that has the operation.
//
//   pnpm --filter @graft-ml/core build && PYTHON=/path/to/python node benchmarks/augmentation.mjs
//
// Python needs oracles/requirements-data.txt; without PYTHON, Keras is left out. Exits with 1 if the bar is missed.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import * as core from '../packages/core/dist/index.js';

const side = 224;
const count = 1000;
const bar = 4;
const rounds = 3;

const data = new Uint8Array(side * side * 3);
for (let i = 0, state = 1; i < data.length; i += 1) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  data[i] = state >>> 24;
}
const image = { height: side, width: side, data };

/** Seconds of the processor, and by the clock. */
function time(work) {
  const cpu = process.cpuUsage();
  const begin = performance.now();
  work();
  const { user, system } = process.cpuUsage(cpu);
  return { wall: (performance.now() - begin) / 1000, cpu: (user + system) / 1e6 };
}

function augment(augmentation, times) {
  for (let i = 0; i < times; i += 1) {
    const random = core.keyedRandom({ seed: 42, purpose: 'augmentation', epoch: 0, sample: `${i}` });
    augmentation.apply(image, augmentation.draw(random));
  }
}

const least = (timings, key) => Math.min(...timings.map((timing) => timing[key]));
console.log(`node ${process.version}, ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}; ${side}×${side}, RGB\n`);

const rotation = core.rotate({ degrees: 15 });
augment(rotation, 50);
const python = process.env.PYTHON;
const ours = [];
const theirs = [];
for (let round = 0; round < rounds; round += 1) {
  ours.push(time(() => augment(rotation, count)));
  if (python) {
    const script = new URL('augmentation.py', import.meta.url).pathname;
    theirs.push(
      JSON.parse(
        execFileSync(python, [script, String(count), String(side)], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      ),
    );
  }
}
console.log(
  `rotation of ${count} images, best of ${rounds}: graft ${least(ours, 'cpu').toFixed(2)} s CPU, ${least(ours, 'wall').toFixed(2)} s`,
);
if (python) {
  const ratio = least(theirs, 'cpu') / least(ours, 'cpu');
  console.log(
    `Keras ${least(theirs, 'cpu').toFixed(2)} s CPU, ${least(theirs, 'wall').toFixed(2)} s: ${ratio.toFixed(1)}× (bar ${bar}×)`,
  );
  process.exitCode = ratio >= bar ? 0 : 1;
}

const sharp = createRequire(new URL('../packages/node-adapter/package.json', import.meta.url))('sharp');
sharp.concurrency(1);
const raw = () => sharp(data, { raw: { width: side, height: side, channels: 3 } });
const augmentations = {
  rotation: [
    rotation,
    () =>
      raw().affine(
        [
          [0.98, 0.17],
          [-0.17, 0.98],
        ],
        { interpolator: 'bilinear' },
      ),
  ],
  'zoom, shear, shift in one': [
    core.imageDataGenerator({ rotationRange: 15, zoomRange: 0.2, shearRange: 10, widthShiftRange: 0.1 }),
  ],
  flip: [core.flip({ horizontal: true }), () => raw().flop()],
  randomResizedCrop: [
    core.randomResizedCrop({ scale: [0.5, 0.5] }),
    () => raw().extract({ left: 20, top: 20, width: 158, height: 158 }).resize(side, side, { kernel: 'linear' }),
  ],
  brightness: [core.brightness({ range: 0.2 }), () => raw().linear(1.1, 0)],
  colorJitter: [
    core.colorJitter({ brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.05 }),
    () => raw().modulate({ brightness: 1.1, saturation: 0.9, hue: 10 }),
  ],
  'gaussianBlur, sigma 1.5': [core.gaussianBlur({ sigma: 1.5 }), () => raw().blur({ sigma: 1.5, precision: 'float' })],
  sharpen: [core.sharpen({ factor: 2, probability: 1 }), () => raw().sharpen()],
  clahe: [core.clahe({ clipLimit: 2, probability: 1 }), () => raw().clahe({ width: 28, height: 28, maxSlope: 2 })],
  equalize: [core.equalize({ probability: 1 })],
  randAugment: [core.randAugment()],
};
console.log('\n| augmentation | graft, ms | sharp, ms |\n| --- | ---: | ---: |');
for (const [name, [augmentation, peer]] of Object.entries(augmentations)) {
  augment(augmentation, 50);
  const mine =
    least(
      Array.from({ length: rounds }, () => time(() => augment(augmentation, 200))),
      'cpu',
    ) * 5;
  let peers = '';
  if (peer) {
    const timings = [];
    for (let round = 0; round < rounds; round += 1) {
      const cpu = process.cpuUsage();
      for (let i = 0; i < 200; i += 1) await peer().raw().toBuffer();
      const { user, system } = process.cpuUsage(cpu);
      timings.push((user + system) / 1e3 / 200);
    }
    peers = Math.min(...timings).toFixed(2);
  }
  console.log(`| ${name} | ${mine.toFixed(2)} | ${peers} |`);
}
