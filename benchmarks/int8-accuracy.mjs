// int8 against fp32 on real images: cosines of pooled features, and the accuracy of a linear probe over 20 splits.
//
//   npm run build && node benchmarks/int8-accuracy.mjs [DATASET] [NETWORK=WEIGHTS …]
//
// WEIGHTS: a weights file, or `none` for seeded ones, where only the cosine says something. int8 is calibrated on the training
// part of each split anew; ONCE=1 calibrates on that of the first split and keeps it, for networks that take long.
// WEIGHT_BITS=8 forces 8-bit weights, IMAGES=16 calibrates on so many.
import {
  buildTransferModel,
  extractFeatures,
  loadImageFolder,
  memoryFeatureCache,
  nodeRuntime,
  splitDataset,
} from '@graft-ml/node-adapter';

const [folder = '../shared/data/covid-0402', ...asked] = process.argv.slice(2);
const networks = asked.length > 0 ? asked : ['squeezenet=../shared/weights/squeezenet_v1_imagenet_notop.h5'];
const splits = Number(process.env.SPLITS ?? 20);
const weightBits = process.env.WEIGHT_BITS ? Number(process.env.WEIGHT_BITS) : undefined;
const images = process.env.IMAGES ? Number(process.env.IMAGES) : undefined;
const dataset = await loadImageFolder(folder);
const sources = dataset.samples.map(({ source }) => source);
const labels = dataset.samples.map(({ label }) => dataset.classNames.indexOf(label));
const place = new Map(dataset.samples.map(({ id }, index) => [id, index]));
const runtime = { ...nodeRuntime({ cache: false }), cache: memoryFeatureCache() };

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

async function features(parts, options) {
  const { precision, results } = await extractFeatures(parts, sources, { pooling: 'avg', ...options });
  const rows = [];
  for await (const result of results) {
    if ('failure' in result) throw result.failure;
    rows.push(result.rows[0]);
  }
  return { precision, rows };
}

function cosine(a, b) {
  let [product, left, right] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i] * b[i];
    left += a[i] * a[i];
    right += b[i] * b[i];
  }
  return product / Math.sqrt(left * right);
}

/** Features less the training rows' mean, over their deviation. */
function standardize(rows, train) {
  const size = rows[0].length;
  const centre = Array.from({ length: size }, (_, i) => mean(train.map((row) => rows[row][i])));
  const spread = centre.map((value, i) => Math.sqrt(mean(train.map((row) => (rows[row][i] - value) ** 2))) || 1);
  return rows.map((row) => Float64Array.from(row, (value, i) => (value - centre[i]) / spread[i]));
}

/** Softmax regression, 300 steps down the whole gradient. @returns The share of test rows that it gets right. */
function probe(rows, { train, test }) {
  const inputs = standardize(rows, train);
  const [size, classes] = [inputs[0].length, dataset.classNames.length];
  const weights = Array.from({ length: classes }, () => new Float64Array(size + 1));
  const scores = (row) => weights.map((weight) => row.reduce((sum, value, i) => sum + value * weight[i], weight[size]));
  for (let step = 0; step < 300; step++) {
    const gradients = weights.map((weight) => weight.map((value, i) => (i < size ? 1e-3 * value : 0)));
    for (const index of train) {
      const row = inputs[index];
      const logits = scores(row);
      const largest = Math.max(...logits);
      const powers = logits.map((logit) => Math.exp(logit - largest));
      const total = powers.reduce((sum, power) => sum + power, 0);
      for (let c = 0; c < classes; c++) {
        const error = (powers[c] / total - (labels[index] === c ? 1 : 0)) / train.length;
        for (let i = 0; i < size; i++) gradients[c][i] += error * row[i];
        gradients[c][size] += error;
      }
    }
    for (let c = 0; c < classes; c++) for (let i = 0; i <= size; i++) weights[c][i] -= 0.1 * gradients[c][i];
  }
  const right = test.filter((index) => {
    const logits = scores(inputs[index]);
    return logits.indexOf(Math.max(...logits)) === labels[index];
  });
  return right.length / test.length;
}

async function compare(name, weights) {
  const { parts } = await buildTransferModel(name, { weights, runtime, int8: { weightBits, images } });
  const float = await features(parts, { precision: 'fp32' });
  const accuracies = { fp32: [], int8: [] };
  let [least, sum, count, note] = [1, 0, 0, undefined];
  let int8;
  for (let seed = 1; seed <= splits; seed++) {
    const parted = splitDataset(dataset, { testSize: 0.2, seed });
    const rows = (part) => part.samples.map(({ id }) => place.get(id));
    const split = { train: rows(parted.train), test: rows(parted.test) };
    if (int8 === undefined || !process.env.ONCE) {
      const calibrationImages = parted.train.samples.map(({ source }) => source);
      const onWarning = (message) => (note = message);
      int8 = await features(parts, { precision: 'int8', calibrationImages, onWarning });
      for (const [index, row] of int8.rows.entries()) {
        const value = cosine(float.rows[index], row);
        least = Math.min(least, value);
        sum += value;
        count += 1;
      }
    }
    if (int8.precision === 'fp32') break;
    if (weights !== 'none') {
      accuracies.fp32.push(probe(float.rows, split));
      accuracies.int8.push(probe(int8.rows, split));
    }
  }
  if (note !== undefined) console.log(`${name}: ${note}`);
  if (int8.precision === 'fp32') return;
  console.log(
    `${name}: cosine of pooled features mean ${(sum / count).toFixed(5)}, least ${least.toFixed(5)} of ${count}`,
  );
  if (weights === 'none') return;
  const [a, b] = [mean(accuracies.fp32), mean(accuracies.int8)];
  console.log(
    `  linear probe, ${splits} splits: fp32 ${a.toFixed(4)}, int8 ${b.toFixed(4)}, difference ${(b - a).toFixed(4)}`,
  );
}

for (const network of networks) {
  const [name, weights = 'none'] = network.split('=');
  await compare(name, weights);
}
await runtime.close();
