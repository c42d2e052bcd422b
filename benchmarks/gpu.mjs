// Frozen backbones on whatever GPU engine runs here, beside PyTorch on the same GPU, in turn; images a second, and the ratio.
//
//   npm run build && PYTHON=/path/to/python node benchmarks/gpu.mjs [NETWORKS] [SIZE] [BATCH] [ROUNDS]
//
// NETWORKS: names joined by commas that torchvision has too (vgg16, resnet50, mobilenetv2, densenet121). PYTHON has PyTorch and
// torchvision (benchmarks/gpu.py); PEER=none leaves it out. ENGINES=… names other engines. Weights are seeded: time does not depend on them.
// Ours takes bytes and gives pooled features as an array; PyTorch's tensors begin on the GPU, and its features come back.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { getBackbone, nodeEngines, nodeRuntime, preprocessings, seededWeights } from '@graft-ml/node-adapter';

const [list = 'vgg16,resnet50,mobilenetv2', sizeText = '224', batchText = '32', rounds = '10'] = process.argv.slice(2);
const [size, count] = [Number(sizeText), Number(batchText)];
const wanted = (process.env.ENGINES ?? 'onnxruntime:cuda,onnxruntime:webgpu,webgpu,tfjs-node').split(',');
const python = process.env.PEER === 'none' ? undefined : (process.env.PYTHON ?? 'python3');
const runtime = nodeRuntime({ cache: false });

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const images = {
  count,
  height: size,
  width: size,
  data: Uint8Array.from({ length: count * size * size * 3 }, (_, i) => (i * 7919) % 256),
};

/** PyTorch's images a second; undefined where it cannot run. */
function peer(name) {
  if (python === undefined) return undefined;
  const script = fileURLToPath(new URL('./gpu.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync(python, [script, name, String(size), String(count), rounds], {
    encoding: 'utf8',
  });
  if (status === 0) return JSON.parse(stdout);
  console.log(`PyTorch: ${stderr.trim().split('\n').at(-1)}`);
  return undefined;
}

async function measure(engine, name) {
  await runtime.prepareBackend('structure');
  const network = getBackbone(name).build([size, size]);
  const weights = seededWeights(network, { seed: 1 });
  const extractor = await engine.createExtractor({
    network,
    weights,
    preprocessing: preprocessings.caffe,
    inputSize: [size, size],
  });
  const times = [];
  try {
    for (let round = 0; round < Number(rounds) + 2; round++) {
      const begin = performance.now();
      await extractor.extract(images);
      times.push(performance.now() - begin);
    }
  } finally {
    await extractor.dispose();
    network.dispose();
  }
  return (count * 1000) / median(times.slice(2));
}

console.log(`node ${process.version}, ${size}², batches of ${count}, median of ${rounds}`);
const usable = [];
for (const engine of nodeEngines().filter(({ name }) => wanted.includes(name))) {
  const status = await engine.check();
  console.log(`${engine.name}: ${status.usable ? status.detail : `cannot run here: ${status.reason}`}`);
  if (status.usable) usable.push(engine);
}
for (const name of list.split(',')) {
  const other = peer(name);
  if (other)
    console.log(`${name}  PyTorch ${other.version} on ${other.device}: ${other.imagesPerSecond.toFixed(1)} images/s`);
  for (const engine of usable) {
    try {
      const speed = await measure(engine, name);
      const ratio = other ? `, ${(speed / other.imagesPerSecond).toFixed(2)}× PyTorch` : '';
      console.log(`${name}  ${engine.name}: ${speed.toFixed(1)} images/s${ratio}`);
    } catch (error) {
      console.log(`${name}  ${engine.name}: ${error.message}`);
    }
  }
}
await runtime.close();
