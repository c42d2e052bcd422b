// How often an audit calls the synthetic set a shortcut though nothing was added to it, and how small an added one it finds.
//
//   node benchmarks/audit-error-rates.mjs                       20 seeds, quick form; then each kind of shortcut, 3 seeds
//   node benchmarks/audit-error-rates.mjs --weights FILE        with an ImageNet SqueezeNet as the real model as well
//   … --seeds 5 --only brightness,marker
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import {
  auditDataset,
  buildTransferModel,
  createDataset,
  keyedRandom,
  nodeRuntime,
  SYNTHETIC_FINDINGS,
  syntheticChestImage,
} from '../packages/node-adapter/dist/index.js';

const sharp = createRequire(new URL('../packages/node-adapter/package.json', import.meta.url))('sharp');

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    weights: { type: 'string' },
    backbone: { type: 'string', default: 'squeezenet' },
    only: { type: 'string' },
    count: { type: 'string', default: '102' },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const perClass = Number(values.count);
const size = 224;

/** What is done to the pictures of one class, by how much (`all`: to the second class once, to the third twice as much). */
const png = (image) => image.removeAlpha().png({ compressionLevel: 3 });
const kinds = {
  brightness: { amounts: [4, 8, 12, 16, 20, 24, 32], apply: (image, d) => png(image.linear(1, d)) },
  steps: { amounts: [8, 16, 24], all: true, apply: (image, d) => png(image.linear(1, d)) },
  contrast: { amounts: [0.98, 0.95, 0.9, 0.8], apply: (image, f) => png(image.linear(f, 128 * (1 - f))) },
  border: { amounts: [1, 2, 4, 8], apply: (image, w) => png(cut(image, w)) },
  marker: { amounts: [2, 4, 8, 12, 16], apply: (image, s) => png(image.composite([mark(s)])) },
  text: { amounts: [10, 16, 24], apply: (image, s) => png(image.composite([text(s)])) },
  size: { amounts: [1, 2, 8], apply: (image, d) => png(image.resize(size + d, size + d)) },
  format: { amounts: [100], apply: (image, quality) => image.jpeg({ quality }) },
  quality: {
    amounts: [98, 90, 80],
    base: (image) => image.jpeg({ quality: 95 }),
    apply: (image, quality) => image.jpeg({ quality }),
  },
  blur: { amounts: [0.5, 1, 2], apply: (image, sigma) => png(image.blur(sigma)) },
};

/** The outermost pixels, black. */
function cut(image, width) {
  const inner = size - 2 * width;
  return image
    .extract({ left: width, top: width, width: inner, height: inner })
    .extend({ top: width, bottom: width, left: width, right: width, background: '#000' });
}

/** A white square near the upper left corner. */
function mark(side) {
  return { input: { create: { width: side, height: side, channels: 3, background: '#fff' } }, left: 6, top: 6 };
}

/** A letter near the upper right corner, as radiographs have it. */
function text(height) {
  const svg = `<svg width="${height}" height="${height}"><text y="${height - 2}" font-size="${height}" font-family="sans-serif" fill="#fff">R</text></svg>`;
  return { input: Buffer.from(svg), left: size - height - 8, top: 8 };
}

async function makeDataset(seed, { base = png, apply, amount, target, all = false } = {}) {
  const rows = [];
  for (const [step, label] of SYNTHETIC_FINDINGS.entries()) {
    for (let index = 0; index < perClass; index += 1) {
      const { data } = syntheticChestImage({ label, index, seed, size });
      const image = sharp(data, { raw: { height: size, width: size, channels: 3 } });
      const changed = all ? apply(image, step * amount) : label === target ? apply(image, amount) : base(image);
      rows.push({ id: `${label}/${label}_${index}`, label, source: await changed.toBuffer() });
    }
  }
  return createDataset(rows);
}

const runtime = nodeRuntime({ cache: false });
const model =
  values.weights === undefined
    ? undefined
    : await buildTransferModel(values.backbone, { weights: values.weights, runtime });

function summarize({ verdict, checks }) {
  const figures = checks
    .filter(({ accuracy }) => accuracy !== undefined)
    .map(({ name, accuracy, share, verdict: found, classes }) => {
      const top = Math.max(...(classes ?? []).map(({ gain }) => gain));
      return `${name} ${accuracy.toFixed(2)}${share === undefined ? '' : `/${share.toFixed(2)}`}/${top.toFixed(2)}${found === 'ok' || found === 'note' ? '' : ` ${found}`}`;
    });
  return `${verdict.padEnd(8)} ${figures.join(', ')}`;
}

const wanted = values.only?.split(',') ?? ['none', 'shuffled', ...Object.keys(kinds)];
let alarms = 0;
if (wanted.includes('none')) {
  for (const seed of seeds) {
    const report = await auditDataset(await makeDataset(seed), { runtime, model: model?.parts, seed });
    if (report.verdict === 'shortcut') alarms += 1;
    console.log(`seed ${String(seed).padStart(2)}  ${summarize(report)}`);
  }
  console.log(`nothing added: shortcut in ${alarms} of ${seeds.length}`);
}
if (wanted.includes('shuffled')) {
  // Labels dealt out at random: whatever a probe finds is chance.
  const found = { ok: 0, note: 0, warning: 0, shortcut: 0 };
  const { samples } = await makeDataset(1);
  for (const seed of seeds) {
    const labels = keyedRandom({ seed, purpose: 'shuffled labels' }).shuffle(samples.map(({ label }) => label));
    const shuffled = createDataset(samples.map((sample, i) => ({ ...sample, label: labels[i] })));
    const { checks } = await auditDataset(shuffled, { runtime, model: model?.parts, seed });
    for (const { kind, verdict } of checks) if (kind === 'probe') found[verdict] += 1;
  }
  console.log(`labels at random, verdicts of all probes: ${JSON.stringify(found)}`);
}
for (const [name, kind] of Object.entries(kinds)) {
  if (!wanted.includes(name)) continue;
  for (const amount of kind.amounts) {
    let found = 0;
    const last = [];
    for (const seed of seeds.slice(0, 3)) {
      const dataset = await makeDataset(seed, { ...kind, amount, target: SYNTHETIC_FINDINGS[seed % 3] });
      const report = await auditDataset(dataset, { runtime, model: model?.parts, seed });
      if (report.verdict === 'shortcut') found += 1;
      last.push(summarize(report));
    }
    console.log(`${name} ${amount}: found in ${found} of ${Math.min(3, seeds.length)}\n    ${last.join('\n    ')}`);
  }
}
await model?.dispose();
await runtime.close();
