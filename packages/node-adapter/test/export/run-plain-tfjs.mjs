// Runs an exported layers model in plain TensorFlow.js, in a process of its own where no layer of graft's is registered:
// node run-plain-tfjs.mjs FOLDER PIXELS COUNT [wasm] prints the scores as JSON. PIXELS holds uint8, as many as COUNT images have.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { engine, io, setBackend, tensor } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';

const [folder, pixelFile, countText, backend = 'cpu'] = process.argv.slice(2);

await import(backend === 'wasm' ? '@tensorflow/tfjs-backend-wasm' : '@tensorflow/tfjs-backend-cpu');
await setBackend(backend);

const { modelTopology, weightsManifest, userDefinedMetadata } = JSON.parse(
  await readFile(join(folder, 'model.json'), 'utf8'),
);
const shards = await Promise.all(
  weightsManifest.flatMap(({ paths }) => paths.map((path) => readFile(join(folder, path)))),
);
const weightData = new Uint8Array(Buffer.concat(shards)).buffer;
const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
const model = await loadLayersModel(io.fromMemory({ modelTopology, weightSpecs, weightData, userDefinedMetadata }));

const count = Number(countText);
const [, height, width, channels] = model.inputs[0].shape;
const pixels = new Uint8Array(await readFile(pixelFile));
const size = height * width * channels;
const scores = [];
const before = engine().memory().numTensors;
for (let image = 0; image < count; image += 1) {
  const input = tensor(Float32Array.from(pixels.subarray(image * size, (image + 1) * size)), [
    1,
    height,
    width,
    channels,
  ]);
  const output = model.predict(input);
  scores.push(Array.from(await output.data()));
  input.dispose();
  output.dispose();
}
const leaked = engine().memory().numTensors - before;
process.stdout.write(JSON.stringify({ scores, leaked, metadata: model.getUserDefinedMetadata() }));
