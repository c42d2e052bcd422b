// Frozen backbones, fp32 and int8 on onnxruntime, beside Keras' `predict`: in turn, in one run, and prints the ratios.
//
//   npm run build && PYTHON=/path/to/python node benchmarks/engines.mjs [NETWORKS] [ROUNDS] [SIZE] [BATCH]
//
// NETWORKS: names joined by commas. PYTHON has Keras (benchmarks/engines.py); PEER=none leaves it out. Weights are seeded: time does
// not depend on them. Both give pooled features; ours takes bytes, Keras pixels that are preprocessed already. FORCE_INT8=1 times
// int8 also where it would fall back. A median of rounds is wall time for one image; CPU time beside it tells what other work on
// the machine took.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  getBackbone,
  nodeRuntime,
  onnxruntimeEngine,
  preprocessings,
  seededWeights,
  syntheticChestImage,
  SYNTHETIC_FINDINGS,
} from '@graft-ml/node-adapter';

const [list = 'vgg16', rounds = '10', sizeText = '224', batchText = '8'] = process.argv.slice(2);
const [size, batchSize] = [Number(sizeText), Number(batchText)];
const python = process.env.PEER === 'none' ? undefined : (process.env.PYTHON ?? 'python3');
const peerScript = fileURLToPath(new URL('./engines.py', import.meta.url));
const unknownToKeras = new Set(['squeezenet']);
const engine = onnxruntimeEngine();
const runtime = nodeRuntime({ cache: false });

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function chestImages(count) {
  const data = new Uint8Array(count * size * size * 3);
  for (let index = 0; index < count; index++) {
    const label = SYNTHETIC_FINDINGS[index % SYNTHETIC_FINDINGS.length];
    data.set(syntheticChestImage({ label, index, seed: 1, size }).data, index * size * size * 3);
  }
  return { count, height: size, width: size, data };
}

/** Keras in a process of its own, which works only while it is asked. */
async function startPeer(name) {
  const child = spawn(python, [peerScript, name, String(size), String(batchSize)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${python} ${peerScript} ended early`);
    return JSON.parse(value);
  };
  const { keras } = await next();
  return {
    name: `Keras ${keras} predict`,
    round: async () => {
      child.stdin.write('\n');
      return next();
    },
    stop: () => child.stdin.end(),
  };
}

async function startOurs(name, extractor) {
  const images = chestImages(batchSize);
  await extractor.extract(images);
  return {
    name,
    round: async () => {
      const [begin, cpu] = [performance.now(), process.cpuUsage()];
      await extractor.extract(images);
      await extractor.extract(images);
      const { user, system } = process.cpuUsage(cpu);
      return { seconds: (performance.now() - begin) / 2000 / batchSize, cpu: (user + system) / 2e6 / batchSize };
    },
    stop: () => extractor.dispose(),
  };
}

async function compare(name) {
  await runtime.prepareBackend('structure');
  const backbone = getBackbone(name);
  const network = backbone.build([size, size]);
  const weights = seededWeights(network, { seed: 1 });
  const preprocessing = preprocessings[backbone.preprocessing];
  const prefix = { network, weights, preprocessing, inputSize: [size, size] };
  const minimumCosine = process.env.FORCE_INT8 ? 0 : undefined;
  const begin = performance.now();
  const calibration = await engine.int8.calibrate(prefix, chestImages(32), {
    weightBits: await engine.int8.weightBits(),
    minimumCosine,
  });
  const calibrating = (performance.now() - begin) / 1000;
  const sides = [await startOurs('fp32', await engine.createExtractor(prefix))];
  if (calibration.precision === 'int8') {
    const { plan } = calibration;
    sides.push(await startOurs('int8', await engine.createExtractor({ ...prefix, quantization: plan })));
    const float = plan.floatLayers.length === 0 ? 'no layer' : `${plan.floatLayers.length} layers`;
    console.log(
      `${name}: cosine ${plan.cosine.toFixed(5)}, ${float} in fp32, calibrated in ${calibrating.toFixed(1)} s`,
    );
  } else {
    console.log(`${name}: ${calibration.reason}`);
  }
  if (python !== undefined && !unknownToKeras.has(name)) sides.push(await startPeer(name));
  const times = sides.map(() => ({ seconds: [], cpu: [] }));
  for (let round = 0; round < Number(rounds); round++) {
    for (const [index, side] of sides.entries()) {
      const { seconds, cpu } = await side.round();
      times[index].seconds.push(seconds);
      times[index].cpu.push(cpu);
    }
  }
  const figures = times.map(({ seconds, cpu }) => ({ seconds: median(seconds), cpu: median(cpu) }));
  const base = figures.at(-1);
  for (const [index, { seconds, cpu }] of figures.entries()) {
    const ratio = `${(base.seconds / seconds).toFixed(2)}× wall, ${(base.cpu / cpu).toFixed(2)}× CPU`;
    console.log(
      `  ${sides[index].name.padEnd(24)} ${(1 / seconds).toFixed(1).padStart(6)} images/s  ${(cpu * 1000).toFixed(1).padStart(7)} ms CPU  ` +
        `${ratio} of ${sides.at(-1).name}`,
    );
    await sides[index].stop();
  }
  network.dispose();
}

console.log(
  `input ${size}×${size}, batch ${batchSize}, ${rounds} rounds in turn; ${await engine.int8.weightBits()}-bit weights`,
);
for (const name of list.split(',')) await compare(name);
await runtime.close();
