// What an export is compared with: a model's own scores, the pixels that it saw, and plain TensorFlow.js. Used by the tests and by
// benchmarks/exports.mjs.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { extractFeatures, kerasLayers, seededWeights, writeWeightsFile } from '@graft-ml/node-adapter';

export async function writeDrawnWeights(file, { backbone, inputSize, runtime }) {
  await runtime.prepareBackend('structure');
  const network = backbone.build(inputSize);
  await writeWeightsFile(file, kerasLayers(network, seededWeights(network, { seed: 42, draw: 'everything' })));
  network.dispose();
  return file;
}

export async function ownScores(model, sources) {
  const { runtime, inputSize, interpolation, resize } = model.parts;
  const size = inputSize[0] * inputSize[1] * 3;
  const pixels = new Uint8Array(sources.length * size);
  for (const [index, source] of sources.entries()) {
    const bytes = await runtime.images.read(source, {});
    const image = await runtime.images.decode(bytes, { size: inputSize, interpolation, resize });
    pixels.set(image.data, index * size);
  }
  const { predictions } = await model.predict(sources);
  const embeddings = [];
  if (model.built.unfrozen === undefined) {
    const settings = { pooling: 'avg', precision: 'fp32', cache: false };
    const { results } = await extractFeatures(model.parts, sources, settings);
    for await (const result of results) if ('rows' in result) embeddings.push(Array.from(result.rows[0]));
  }
  const scores = predictions.map((prediction) => model.classNames.map((name) => prediction.scores[name]));
  return { pixels, count: sources.length, scores, embeddings };
}

export async function writeExpected(folder, model, { pixels, ...facts }) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'pixels.bin'), pixels);
  const { classNames, calibration, parts } = model;
  const expected = { ...facts, inputSize: parts.inputSize, classNames, ...calibration };
  await writeFile(join(folder, 'expected.json'), JSON.stringify(expected));
}

export async function runPlainTfjs(folder, { pixels, count }) {
  const script = fileURLToPath(new URL('./run-plain-tfjs.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder, pixels, String(count), 'wasm'], {
    maxBuffer: 1 << 28,
  });
  return JSON.parse(stdout);
}

export function largestDifference(a, b) {
  if (a.length !== b.length || a.length === 0) return Infinity;
  return Math.max(...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - (b[i]?.[j] ?? Infinity)))));
}
