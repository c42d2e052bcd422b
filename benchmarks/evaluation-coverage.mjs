/**
 * How often 95 % intervals of an evaluation hold the truth, by simulation, and how long they take.
 *
 *   node benchmarks/evaluation-coverage.mjs [rounds]
 *
 * A model scores images of three classes; its true figures come from a million images. Groups: patients with one to ten images
 * that share half of what makes an image hard.
 */
import { performance } from 'node:perf_hooks';
import { evaluateLabelled, evaluationIntervals, keyedRandom } from '../packages/core/dist/index.js';

const rounds = Number(process.argv[2] ?? 200);
const classNames = ['a', 'b', 'c'];

/** So many images, alone or of patients, from a model of this skill. */
function simulate(images, { skill, seed, grouped }) {
  const random = keyedRandom({ seed, purpose: 'coverage' });
  const predictions = [];
  let [patient, left, label, shared] = [0, 0, 0, [0, 0, 0]];
  for (let i = 0; i < images; i++) {
    if (left === 0) {
      [patient, left, label] = [patient + 1, grouped ? 1 + random.integer(10) : 1, random.integer(3)];
      shared = classNames.map(() => random.normal());
    }
    left -= 1;
    const mix = grouped ? Math.SQRT1_2 : 0;
    const logits = classNames.map(
      (_, k) => mix * (shared[k] ?? 0) + Math.sqrt(1 - mix ** 2) * random.normal() + (k === label ? skill : 0),
    );
    const powers = logits.map(Math.exp);
    const total = powers.reduce((sum, power) => sum + power, 0);
    const scores = Object.fromEntries(classNames.map((name, k) => [name, (powers[k] ?? 0) / total]));
    const best = logits.indexOf(Math.max(...logits));
    predictions.push({
      source: `${i}`,
      label: classNames[best] ?? '',
      trueLabel: classNames[label] ?? '',
      scores,
      group: `${patient}`,
    });
  }
  return evaluateLabelled(predictions, { classNames });
}

const figures = [
  'accuracy',
  'balancedAccuracy',
  'macroF1',
  'rocAuc',
  'averagePrecision',
  'loss',
  'expectedCalibrationError',
];

for (const [images, skill, grouped] of [
  [61, 2, false],
  [61, 4, false],
  [305, 2, false],
  [305, 2, true],
]) {
  const large = evaluationIntervals(simulate(200_000, { skill, seed: 1, grouped: false }), { resamples: 1 });
  const truth = Object.fromEntries(figures.map((name) => [name, large[name]?.estimate ?? estimateOf(name, skill)]));
  for (const asGroups of grouped ? [true, false] : [false]) {
    const held = new Map();
    const begin = performance.now();
    for (let round = 0; round < rounds; round++) {
      const evaluation = simulate(images, { skill, seed: 100 + round, grouped });
      const groups = asGroups ? undefined : evaluation.predictions.map((_, i) => `${i}`);
      const found = evaluationIntervals(evaluation, { groups, seed: round, resamples: 1000 });
      for (const name of figures) {
        const interval = found[name];
        const [inside, of] = held.get(name) ?? [0, 0];
        if (interval === null) continue;
        const value = truth[name] ?? Number.NaN;
        held.set(name, [inside + (interval.lower <= value && value <= interval.upper ? 1 : 0), of + 1]);
      }
    }
    const share = figures.map((name) => {
      const [inside, of] = held.get(name) ?? [0, 0];
      return `${name} ${((100 * inside) / of).toFixed(0)} %${of < rounds ? ` of ${of}` : ''}`;
    });
    const what = grouped ? (asGroups ? 'in groups, drawn as groups' : 'in groups, drawn alone') : 'alone';
    console.log(`${images} images ${what}, accuracy ${(truth.accuracy ?? 0).toFixed(3)}: ${share.join(', ')}`);
    console.log(`  ${((performance.now() - begin) / rounds).toFixed(0)} ms each`);
  }
}

/** A single resample leaves no interval to read the estimate from. */
function estimateOf(name, skill) {
  const found = evaluationIntervals(simulate(100_000, { skill, seed: 2, grouped: false }), { resamples: 20 })[name];
  return found?.estimate ?? Number.NaN;
}

for (const [images, classes] of [
  [305, 3],
  [5000, 3],
  [5000, 1000],
]) {
  const random = keyedRandom({ seed: 1, purpose: 'speed' });
  const names = Array.from({ length: classes }, (_, k) => `class ${k}`);
  const predictions = Array.from({ length: images }, (_, i) => {
    const values = names.map(() => random.uniform());
    values[i % classes] = 1.5;
    const total = values.reduce((sum, value) => sum + value, 0);
    const scores = Object.fromEntries(names.map((name, k) => [name, (values[k] ?? 0) / total]));
    const own = names[random.uniform() < 0.8 ? i % classes : random.integer(classes)] ?? '';
    return { source: `${i}`, label: own, trueLabel: names[i % classes] ?? '', scores };
  });
  const evaluation = evaluateLabelled(predictions, { classNames: names });
  const begin = performance.now();
  const { resamples } = evaluationIntervals(evaluation);
  const seconds = (performance.now() - begin) / 1000;
  console.log(
    `${images} images, ${classes} classes: ${seconds.toFixed(2)} s for ${resamples} resamples of all figures`,
  );
}
