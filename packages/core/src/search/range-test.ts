import type { Dataset } from '../dataset/dataset.js';
import { FeatureMemo } from '../features/feature-memo.js';
import type { TransferModel } from '../model/transfer-model.js';
import { keyedRandom } from '../random/keyed-random.js';
import { checkCount } from '../training/check-number.js';
import { FoldTrainer } from './fold-trainer.js';
import type { LearningRateFinderOptions, LearningRatePoint, LearningRateRange } from './learning-rate-finder.js';
import { suggestLearningRate } from './suggest-learning-rate.js';

/** A loss so many times the least one has run away. */
const runaway = 4;

/** What `learningRateFinder` does, once it is there. */
export async function rangeTest(
  model: TransferModel,
  train: Dataset,
  options: LearningRateFinderOptions = {},
): Promise<LearningRateRange> {
  const { from = 1e-7, to = 10, smoothing = 0.9, batchSize = 8, ...fit } = options;
  const steps = checkCount('steps', options.steps ?? 100);
  const seed = options.seed ?? model.parts.seed;
  if (!(from > 0 && to > from && to < Infinity)) {
    throw new RangeError(`the learning rate would go from ${from} to ${to}; expected numbers above 0, ascending`);
  }
  if (!(smoothing >= 0 && smoothing < 1)) {
    throw new RangeError(`smoothing is ${smoothing}; expected a number from 0 to below 1`);
  }
  const learningRateOf = (step: number) => from * (to / from) ** (step / Math.max(1, steps - 1));
  const points: LearningRatePoint[] = [];
  let [average, least, diverged] = [0, Infinity, false];
  const trainer = await FoldTrainer.create(model.parts, { classNames: train.classNames, memo: new FeatureMemo() });
  try {
    const { steps: _, ...known } = fit;
    await trainer.fit(train, {
      ...known,
      seed,
      batchSize,
      epochs: steps,
      learningRate: to,
      schedule: () => learningRateOf,
      // An epoch of one batch is a step whose loss is told.
      sampler: ({ epoch, labels }) => batchOf(epoch, { seed, batchSize, count: labels.length }),
      callbacks: [
        {
          name: 'learningRateFinder',
          onEpochEnd({ loss }, control) {
            average = smoothing * average + (1 - smoothing) * loss;
            const smoothedLoss = average / (1 - smoothing ** (points.length + 1));
            diverged = !Number.isFinite(loss) || smoothedLoss > runaway * least;
            if (diverged) {
              control.stop('the loss ran away');
              return;
            }
            least = Math.min(least, smoothedLoss);
            points.push({ learningRate: learningRateOf(points.length), loss, smoothedLoss });
          },
        },
      ],
    });
  } finally {
    await trainer.dispose();
  }
  return { points, diverged, ...suggestLearningRate(points) };
}

/** The batches of one pass after another, each pass in an order of its own. */
function batchOf(
  step: number,
  { seed, batchSize, count }: { readonly seed: number; readonly batchSize: number; readonly count: number },
): number[] {
  const perPass = Math.ceil(count / batchSize);
  const pass = Math.floor(step / perPass);
  const order = keyedRandom({ seed, purpose: 'order', epoch: pass }).permutation(count);
  return order.slice((step % perPass) * batchSize, ((step % perPass) + 1) * batchSize);
}
