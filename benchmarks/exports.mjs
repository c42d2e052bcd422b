// Exported models against ours: the largest difference of any score, by network and format, on real images.
//
//   npm run build && PYTHON=… [ORT_WEB=…/onnxruntime-web] node benchmarks/exports.mjs [DATASET] [NETWORK=WEIGHTS …]
//
// Each network gets a head trained on the data set, and a temperature, and is exported to every format. Keras (`.keras`, `.h5`) and
// onnxruntime (fp32, int8, embeddings) run in PYTHON through oracles/exported_models.py, plain TensorFlow.js in a process of its own
// without a layer of ours, onnxruntime-web in this one. WEIGHTS: a weights file, `embedded`, `none` for initial ones, or `drawn` for
// ones in which every weight is drawn. IMAGES=48 of each class are taken: half of them to train and to
// calibrate int8 on, half to look at. SIZES=vgg16=96,resnet50=96 are the input sizes that are not the networks' own.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildTransferModel, exportModel, getBackbone, loadImageFolder, nodeRuntime } from '@graft-ml/node-adapter';
import {
  largestDifference,
  ownScores,
  runPlainTfjs,
  writeDrawnWeights,
  writeExpected,
} from '../packages/node-adapter/test/export/measure-export.mjs';

const [folder = '../shared/data/covid-0402', ...asked] = process.argv.slice(2);
const networks =
  asked.length > 0
    ? asked
    : [
        'vgg16=none',
        'resnet50=drawn',
        'mobilenetv2=drawn',
        'efficientnetb0=drawn',
        'squeezenet=../shared/weights/squeezenet_v1_imagenet_notop.h5',
        'graft-tiny=embedded',
      ];
// What takes long is looked at in small.
const sizes = Object.fromEntries(
  (process.env.SIZES ?? 'vgg16=96,resnet50=96').split(',').map((entry) => {
    const [name, side] = entry.split('=');
    return [name, [Number(side), Number(side)]];
  }),
);
const perClass = Number(process.env.IMAGES ?? 48);
const python = process.env.PYTHON;
const scratch = mkdtempSync(join(tmpdir(), 'graft-exports-'));
const local = (path) => fileURLToPath(new URL(path, import.meta.url));
const runtime = nodeRuntime({ cache: false });
const whole = await loadImageFolder(folder);
const { samples, ...facts } = thinned(whole);
// A head is too certain of what it was fitted to: int8 has to be looked at on other images.
const fitted = { ...facts, samples: samples.filter((_, i) => i % 2 === 0) };
const sources = samples.filter((_, i) => i % 2 === 1).map(({ source }) => source);

/** The first images of each class. */
function thinned({ samples, ...rest }) {
  const counts = new Map();
  const kept = samples.filter(({ label }) => {
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    return count <= perClass;
  });
  return { ...rest, samples: kept };
}

async function weightsFile(name, weights) {
  if (weights !== 'drawn') return weights;
  const backbone = getBackbone(name);
  const inputSize = sizes[name] ?? backbone.inputSize;
  return writeDrawnWeights(join(scratch, `${name}.safetensors`), { backbone, inputSize, runtime });
}

async function plainTfjs(place, { scores, count }) {
  const run = await runPlainTfjs(join(place, 'tfjs'), { pixels: join(place, 'pixels.bin'), count });
  return largestDifference(run.scores, scores);
}

async function onnxruntimeWeb(place, { pixels, scores, count }, inputSize) {
  const ort = await import(pathToFileURL(join(process.env.ORT_WEB, 'dist', 'ort.node.min.mjs')).href);
  const results = {};
  for (const file of ['model.onnx', 'int8.onnx'].filter((name) => existsSync(join(place, name)))) {
    const session = await ort.InferenceSession.create(readFileSync(join(place, file)), {
      executionProviders: ['wasm'],
    });
    const size = inputSize[0] * inputSize[1] * 3;
    const rows = [];
    // Slow: a few images say as much.
    for (let i = 0; i < count; i += Math.ceil(count / 12)) {
      const image = new ort.Tensor('uint8', pixels.slice(i * size, (i + 1) * size), [1, ...inputSize, 3]);
      const output = await session.run({ image });
      rows.push([i, Array.from(output.scores.data)]);
    }
    await session.release();
    const top = (row) => row.indexOf(Math.max(...row));
    results[`${file} in onnxruntime-web`] =
      file === 'int8.onnx'
        ? rows.filter(([i, row]) => top(row) === top(scores[i])).length / rows.length
        : largestDifference(
            rows.map(([, row]) => row),
            rows.map(([i]) => scores[i]),
          );
  }
  return results;
}

try {
  const report = {};
  for (const entry of networks) {
    const [name, weights = 'imagenet'] = entry.split('=');
    const place = join(scratch, 'exports', name);
    const model = await buildTransferModel(name, {
      runtime,
      weights: await weightsFile(name, weights),
      ...(sizes[name] && { inputSize: sizes[name] }),
    });
    await model.fit(fitted, { epochs: 25 });
    model.useCalibration({ temperature: 1.3, thresholds: { [model.classNames[0]]: 0.5 } });
    const expected = await ownScores(model, sources);
    await writeExpected(place, model, expected);
    const write = (format, file, options) => exportModel(model, { format, out: join(place, file), ...options });
    await write('tfjs', 'tfjs');
    await write('keras', 'model.keras');
    await write('keras', 'model.h5');
    await write('onnx', 'model.onnx');
    await write('embeddings', 'embeddings.onnx');
    await write('onnx', 'int8.onnx', {
      precision: 'int8',
      calibrationImages: fitted.samples.map(({ source }) => source),
      onWarning: (message) => console.log(`${name}: ${message}`),
    }).catch(({ message }) => console.log(`${name}: ${message}`));
    const { inputSize } = model.parts;
    await model.dispose();
    report[name] = { 'plain tfjs': await plainTfjs(place, expected) };
    if (process.env.ORT_WEB) Object.assign(report[name], await onnxruntimeWeb(place, expected, inputSize));
    console.log(`${name}: exported; the most memory so far is ${(process.resourceUsage().maxRSS / 1e3).toFixed(0)} MB`);
  }
  const oracle = local('../oracles/exported_models.py');
  // Keras has much to say beside the result.
  const quiet = { maxBuffer: 1 << 28, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
  const python3 = python && execFileSync(python, [oracle, join(scratch, 'exports')], quiet);
  for (const [name, results] of Object.entries(python3 ? JSON.parse(python3) : {}))
    Object.assign(report[name], results);
  console.table(
    Object.fromEntries(
      Object.entries(report).map(([name, results]) => [
        name,
        Object.fromEntries(
          Object.entries(results).map(([file, value]) => [
            file,
            typeof value !== 'number' ? value : file.startsWith('int8') ? value.toFixed(3) : value.toExponential(1),
          ]),
        ),
      ]),
    ),
  );
} finally {
  await runtime.close();
  rmSync(scratch, { recursive: true, force: true });
}
