// How much a linear classifier gets out of pooled features: of graft-tiny, of the same network untrained, of the teacher, and of
// 16×16 grey thumbnails. Features are standardised on the training part, C is chosen inside it, accuracy is the mean over
// stratified 80/20 splits.
//
//   npm run build && node training/base-tiny/probe.mjs DATASET… [--weights FILE] [--teacher FILE]
//     [--splits 20] [--per-class 60] [--size 128] [--precision fp32|int8] [--only name,…]
//
// DATASET is a folder of class folders, all of it with --per-class 0. Without --weights the embedded ones are taken.
import { parseArgs } from 'node:util';
import {
  buildTransferModel,
  chooseC,
  extractFeatures,
  loadImageFolder,
  logisticRegression,
  nodeRuntime,
  trainTestSplit,
} from '@graft-ml/node-adapter';
import sharp from 'sharp';

const { values, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    weights: { type: 'string', default: 'embedded' },
    teacher: { type: 'string' },
    splits: { type: 'string', default: '20' },
    'per-class': { type: 'string', default: '60' },
    size: { type: 'string', default: '128' },
    precision: { type: 'string', default: 'fp32' },
    only: { type: 'string' },
  },
});
const size = Number(values.size);
/** What C is chosen from: features are many and standardised, so that no larger one is ever the best. */
const cs = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10];
const runtime = nodeRuntime({ cache: false });

async function networkFeatures(paths, backbone, options) {
  const model = await buildTransferModel(backbone, { classNames: ['a', 'b'], runtime, seed: 1, ...options });
  const { shape, precision, results } = await extractFeatures(model.parts, paths, { pooling: 'avg', ...options });
  if (precision !== (options.precision ?? 'fp32')) throw new Error(`${backbone} does not run in ${options.precision}`);
  const columns = shape[0];
  const data = new Float32Array(paths.length * columns);
  let row = 0;
  for await (const result of results) {
    if ('failure' in result) throw result.failure;
    data.set(result.rows[0], columns * row++);
  }
  return { data, rows: paths.length, columns };
}

async function thumbnails(paths) {
  const columns = 256;
  const data = new Float32Array(paths.length * columns);
  for (const [row, path] of paths.entries()) {
    const grey = sharp(path).removeAlpha().toColourspace('srgb').greyscale();
    data.set(await grey.resize(16, 16, { fit: 'fill' }).raw().toBuffer(), row * columns);
  }
  return { data, rows: paths.length, columns };
}

function pick({ data, columns }, rows) {
  const picked = new Float64Array(rows.length * columns);
  for (const [place, row] of rows.entries())
    picked.set(data.subarray(row * columns, (row + 1) * columns), place * columns);
  return { data: picked, rows: rows.length, columns };
}

/** Subtracts the training part's mean and divides by its deviation, in place. */
function standardize(train, test) {
  const { columns, rows } = train;
  for (let column = 0; column < columns; column++) {
    let [sum, squares] = [0, 0];
    for (let row = 0; row < rows; row++) sum += train.data[row * columns + column];
    const mean = sum / rows;
    for (let row = 0; row < rows; row++) squares += (train.data[row * columns + column] - mean) ** 2;
    const deviation = Math.sqrt(squares / rows) || 1;
    for (const { data } of [train, test]) {
      for (let at = column; at < data.length; at += columns) data[at] = (data[at] - mean) / deviation;
    }
  }
}

function classify({ coefficients, intercepts, classes }, { data, columns }, row) {
  const scores = Array.from(intercepts, (intercept, output) => {
    let score = intercept;
    for (let i = 0; i < columns; i++) score += coefficients[output * columns + i] * data[row * columns + i];
    return score;
  });
  return classes === 2 ? Number(scores[0] > 0) : scores.indexOf(Math.max(...scores));
}

async function probe(features, labels) {
  const classes = Math.max(...labels) + 1;
  const accuracies = [];
  for (let seed = 0; seed < Number(values.splits); seed++) {
    const { train, test } = trainTestSplit(labels.length, { testSize: 0.2, stratify: labels, seed });
    const [trainRows, testRows] = [pick(features, train), pick(features, test)];
    standardize(trainRows, testRows);
    const trainLabels = train.map((row) => labels[row]);
    const { c } = await chooseC(trainRows, trainLabels, { classes, cs });
    const fitted = await logisticRegression(trainRows, trainLabels, { classes, c, tolerance: 1e-4 });
    const right = test.filter((row, place) => classify(fitted, testRows, place) === labels[row]);
    accuracies.push(right.length / test.length);
  }
  const mean = accuracies.reduce((sum, one) => sum + one, 0) / accuracies.length;
  const deviation = Math.sqrt(accuracies.reduce((sum, one) => sum + (one - mean) ** 2, 0) / accuracies.length);
  return { mean, deviation };
}

const kinds = {
  'thumbnails 16×16': thumbnails,
  untrained: (paths) => networkFeatures(paths, 'graft-tiny', { weights: 'none', inputSize: [size, size] }),
  'graft-tiny': (paths) =>
    networkFeatures(paths, 'graft-tiny', {
      weights: values.weights,
      inputSize: [size, size],
      precision: values.precision,
    }),
  ...(values.teacher && {
    teacher: (paths) => networkFeatures(paths, 'squeezenet', { weights: values.teacher }),
  }),
};

for (const folder of folders) {
  const dataset = await loadImageFolder(folder);
  const limit = Number(values['per-class']) || Infinity;
  const seen = new Map();
  const samples = dataset.samples.filter(({ label }) => {
    seen.set(label, (seen.get(label) ?? 0) + 1);
    return seen.get(label) <= limit;
  });
  const labels = samples.map(({ label }) => dataset.classNames.indexOf(label));
  const paths = samples.map(({ source }) => source);
  console.log(`${folder}: ${samples.length} images, ${dataset.classNames.length} classes, ${values.splits} splits`);
  for (const [name, extract] of Object.entries(kinds)) {
    if (values.only && !values.only.split(',').includes(name)) continue;
    const { mean, deviation } = await probe(await extract(paths), labels);
    console.log(`  ${name.padEnd(20)} ${mean.toFixed(3)} ± ${deviation.toFixed(3)}`);
  }
}
await runtime.close();
