// Runs our side and the peers' side of each figure in turn, in one go, and writes the tables into the last section of
// benchmarks/RESULTS.md, with the machine and the versions.
//
//   npm run bench -- [NAME …]         all, or those named: decode engines notebook head-training fine-tune augmentation
//
// PYTHON: an interpreter with oracles/requirements-backbones.txt and requirements-data.txt. VGG16_WEIGHTS: VGG16 without its
// classifier, for the notebook's job. It takes about half an hour; nothing else should run meanwhile.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const python = process.env.PYTHON ?? 'python3';
const weights = process.env.VGG16_WEIGHTS;
const at = (name) => fileURLToPath(new URL(name, import.meta.url));
const results = at('./RESULTS.md');
const marker = '<!-- npm run bench writes what follows -->';

const benchmarks = {
  decode: { title: 'Decode and resize beside OpenCV', arguments: ['decode.mjs'] },
  engines: { title: "Frozen base beside Keras' predict", arguments: ['engines.mjs', 'vgg16'] },
  notebook: {
    title: "The notebook's job beside Keras",
    arguments: ['notebook.mjs', '../shared/data/covid-0402', weights ?? ''],
    missing: weights === undefined ? 'VGG16_WEIGHTS is not set' : undefined,
  },
  'head-training': { title: 'Training a head beside Keras', arguments: ['head-training.mjs', python] },
  'fine-tune': { title: 'Fine-tuning beside Keras', arguments: ['fine-tune.mjs', python] },
  augmentation: { title: "Rotation beside Keras' ImageDataGenerator", arguments: ['augmentation.mjs'] },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benchmarks));
if (unknown.length > 0)
  throw new Error(`unknown: ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}`);

const versions = spawnSync(python, ['-c', 'import keras, tensorflow as tf; print(keras.__version__, tf.__version__)'], {
  encoding: 'utf8',
});
const [keras = '?', tensorflow = '?'] = versions.stdout.trim().split(' ');
const sections = [
  `Machine: ${cpus().length} cores of ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.versions.node}, ` +
    `Keras ${keras} on TensorFlow ${tensorflow}.`,
];
for (const [name, { title, arguments: given, missing }] of Object.entries(benchmarks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const [script, ...rest] = given;
  process.stderr.write(`${title} …\n`);
  const run = missing
    ? undefined
    : spawnSync(process.execPath, [at(script), ...rest], { encoding: 'utf8', maxBuffer: 1 << 28 });
  // Some say by their exit code that a bar is missed: what they measured is worth keeping all the same.
  const output = run?.stdout.trim() || `not measured: ${missing ?? run?.stderr.trim().split('\n').at(-1)}`;
  const table = output.startsWith('|') ? output : `\`\`\`\n${output}\n\`\`\``;
  sections.push(`### ${title}\n\n\`node benchmarks/${given.join(' ').trim()}\`\n\n${table}`);
}
const before = readFileSync(results, 'utf8').split(marker)[0];
writeFileSync(results, `${before}${marker}\n\n${sections.join('\n\n')}\n`);
