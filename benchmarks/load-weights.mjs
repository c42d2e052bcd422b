// How long VGG19's 80 MB file takes from the disk to a ready model, and how much memory: `node benchmarks/load-weights.mjs`.
//
// Runs each kind of file in a process of its own, several times, and reports the median and the peak of resident memory over what
// the process needs anyway (a run that does everything with SqueezeNet's file instead). Needs a build (`npm run build`).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const endings = ['.h5', '.weights.h5', '.safetensors'];
const runs = Number(process.argv[2] ?? 5);
const script = fileURLToPath(import.meta.url);

if (process.argv[2] === 'load') {
  await load(process.argv[3], process.argv[4]);
} else if (process.argv[2] === 'write') {
  await write(process.argv[3], process.argv[4]);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'graft-benchmark-'));
  try {
    for (const name of ['squeezenet', 'vgg19']) run('write', name, folder);
    for (const ending of endings) report(folder, ending);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function report(folder, ending) {
  const measure = (name) => {
    const results = Array.from({ length: runs }, () => JSON.parse(run('load', name, join(folder, `${name}${ending}`))));
    return {
      seconds: median(results.map(({ seconds }) => seconds)),
      fromStart: median(results.map(({ fromStart }) => fromStart)),
      peak: median(results.map(({ peak }) => peak)),
    };
  };
  const [small, large] = [measure('squeezenet'), measure('vgg19')];
  const bytes = statSync(join(folder, `vgg19${ending}`)).size;
  console.log(
    `${ending.padEnd(12)} ${(bytes / 1e6).toFixed(0)} MB in ${large.seconds.toFixed(2)} s (${large.fromStart.toFixed(2)} s with the start of Node), ` +
      `peak ${(large.peak / 1e6).toFixed(0)} MB, ${((large.peak - small.peak) / bytes).toFixed(2)} × the file above the small network's ` +
      `${(small.peak / 1e6).toFixed(0)} MB (${small.seconds.toFixed(2)} s)`,
  );
}

function run(...args) {
  return execFileSync(process.execPath, [script, ...args], { encoding: 'utf8' });
}

async function load(name, path) {
  const begin = performance.now();
  const { buildTransferModel, nodeRuntime } = await import('../packages/node-adapter/dist/index.js');
  const runtime = nodeRuntime({ cache: false });
  const imported = performance.now();
  const model = await buildTransferModel(name, { weights: path, runtime });
  const end = performance.now();
  console.log(
    JSON.stringify({
      seconds: (end - begin) / 1000,
      afterImport: (end - imported) / 1000,
      fromStart: end / 1000,
      peak: process.resourceUsage().maxRSS * 1024,
      digest: model.parts.weights.digest,
    }),
  );
  await runtime.close();
}

async function write(name, folder) {
  const graft = await import('../packages/node-adapter/dist/index.js');
  const runtime = graft.nodeRuntime({ cache: false });
  await runtime.prepareBackend('structure');
  const backbone = graft.getBackbone(name);
  const network = backbone.build(backbone.inputSize);
  const layers = graft.kerasLayers(network, graft.seededWeights(network, { seed: 1 }));
  for (const ending of endings) await graft.writeWeightsFile(join(folder, `${name}${ending}`), layers);
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
