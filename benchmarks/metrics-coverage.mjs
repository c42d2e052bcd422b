// How often the 95 % intervals of @graft-ml/metrics hold the true value, in long simulations (minutes). Writes a table to stdout.
//
//   pnpm --filter @graft-ml/metrics build && node benchmarks/metrics-coverage.mjs [part of a name]
import {
  accuracyScore,
  bootstrapInterval,
  deLongTest,
  f1Score,
  rocAucScore,
  wilsonInterval,
} from '../packages/metrics/dist/index.js';

let state = 2024;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let bits = Math.imul(state ^ (state >>> 15), 1 | state);
  bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
  return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
}
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Three classes, right with chances of 0.9, 0.8 and 0.7, else another class at random. */
function classes(n) {
  const yTrue = new Uint8Array(n);
  const yPred = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    yTrue[i] = Math.floor(random() * 3);
    yPred[i] = random() < 0.9 - 0.1 * yTrue[i] ? yTrue[i] : (yTrue[i] + 1 + Math.floor(random() * 2)) % 3;
  }
  return [yTrue, yPred];
}
const labels = [0, 1, 2];
const macroF1 = (yTrue, yPred) => f1Score(yTrue, yPred, { average: 'macro', labels });
const [manyTrue, manyPred] = classes(4_000_000);
const truth = { accuracy: 0.8, macroF1: macroF1(manyTrue, manyPred) };

/** Positives score one standard deviation higher: the area is Φ(1/√2). */
function scored(n) {
  const yTrue = Uint8Array.from({ length: n }, (_, i) => Number(i % 3 === 0));
  const a = Float64Array.from(yTrue, (label) => label + normal());
  const b = Float64Array.from(yTrue, (label, i) => 0.5 * a[i] + label * 0.5 + normal());
  return { yTrue, a, b };
}
const areaOf = 0.7602499389065233; // Φ(1/√2)
// b is label + N(0, 1.25), so its area is Φ(1/√2.5).
const areaOfB = 0.7364554; // Φ(1/√2.5)

const simulations = {
  'wilsonInterval, accuracy 0.8, n = 150': [
    4000,
    () => {
      const [yTrue, yPred] = classes(150);
      return [wilsonInterval(accuracyScore(yTrue, yPred, { normalize: false }), 150), truth.accuracy];
    },
  ],
  'bootstrapInterval BCa, accuracy, n = 150': [
    1000,
    (seed) => [bootstrapInterval(accuracyScore, classes(150), { seed, resamples: 1000 }), truth.accuracy],
  ],
  'bootstrapInterval percentile, accuracy, n = 150': [
    1000,
    (seed) => [
      bootstrapInterval(accuracyScore, classes(150), { seed, resamples: 1000, method: 'percentile' }),
      truth.accuracy,
    ],
  ],
  'bootstrapInterval BCa, macro F1, n = 150': [
    1000,
    (seed) => [bootstrapInterval(macroF1, classes(150), { seed, resamples: 1000 }), truth.macroF1],
  ],
  'bootstrapInterval BCa, stratified, area under ROC, n = 150': [
    1000,
    (seed) => {
      const { yTrue, a } = scored(150);
      return [bootstrapInterval(rocAucScore, [yTrue, a], { seed, resamples: 1000, stratify: yTrue }), areaOf];
    },
  ],
  'bootstrapInterval BCa, by group of 3 alike, accuracy, n = 300': [
    1000,
    (seed) => {
      const [oneTrue, onePred] = classes(100);
      const triple = (column) => Uint8Array.from({ length: 300 }, (_, i) => column[Math.floor(i / 3)]);
      const groups = Int32Array.from({ length: 300 }, (_, i) => Math.floor(i / 3));
      return [
        bootstrapInterval(accuracyScore, [triple(oneTrue), triple(onePred)], { seed, resamples: 1000, groups }),
        truth.accuracy,
      ];
    },
  ],
  'deLongTest, difference of areas, n = 150': [
    4000,
    () => {
      const { yTrue, a, b } = scored(150);
      return [deLongTest({ yTrue, scoresA: a, scoresB: b }), areaOf - areaOfB];
    },
  ],
};
console.log('| interval | simulations | coverage |\n| --- | --- | --- |');
for (const [name, [rounds, simulate]] of Object.entries(simulations)) {
  if (!name.includes(process.argv[2] ?? '')) continue;
  let held = 0;
  for (let round = 0; round < rounds; round++) {
    const [{ lower, upper }, value] = simulate(round);
    if (lower <= value && value <= upper) held++;
  }
  console.log(`| ${name} | ${rounds} | ${((100 * held) / rounds).toFixed(1)} % |`);
}
