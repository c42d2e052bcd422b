import type { MersenneTwister } from '../random/mersenne-twister.js';

interface ShuffleSplitOptions {
  readonly count: number;
  readonly trainCount: number;
  readonly testCount: number;
  readonly generator: MersenneTwister;
}

/** Indices in random order, the test side first, as scikit-learn's `ShuffleSplit` takes them. */
export function shuffleSplit(options: ShuffleSplitOptions): { train: number[]; test: number[] } {
  const { count, trainCount, testCount, generator } = options;
  const order = generator.permutation(count);
  return { train: order.slice(testCount, testCount + trainCount), test: order.slice(0, testCount) };
}

interface StratifiedShuffleSplitOptions {
  /** The samples' indices, ascending, class after class. */
  readonly classIndices: readonly (readonly number[])[];
  readonly trainCount: number;
  readonly testCount: number;
  readonly generator: MersenneTwister;
}

/** One draw of scikit-learn's `StratifiedShuffleSplit`: the same draws in the same order. */
export function stratifiedShuffleSplit(options: StratifiedShuffleSplitOptions): { train: number[]; test: number[] } {
  const { classIndices, generator } = options;
  const counts = classIndices.map((indices) => indices.length);
  const trainCounts = apportion({ counts, draws: options.trainCount, generator });
  const left = counts.map((count, i) => count - trainCounts[i]!);
  const testCounts = apportion({ counts: left, draws: options.testCount, generator });

  const train: number[] = [];
  const test: number[] = [];
  for (const [i, indices] of classIndices.entries()) {
    const shuffled = generator.permutation(indices.length).map((position) => indices[position]!);
    const trainEnd = trainCounts[i]!;
    for (const index of shuffled.slice(0, trainEnd)) train.push(index);
    for (const index of shuffled.slice(trainEnd, trainEnd + testCounts[i]!)) test.push(index);
  }
  generator.shuffle(train);
  generator.shuffle(test);
  return { train, test };
}

interface ApportionOptions {
  readonly counts: readonly number[];
  readonly draws: number;
  readonly generator: Pick<MersenneTwister, 'choice'>;
}

/**
 * Shares `draws` out among the classes in proportion to `counts`: whole parts first, then one more for the largest
 * remainders, ties drawn by lot (scikit-learn's `_approximate_mode`).
 */
export function apportion({ counts, draws, generator }: ApportionOptions): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const exact = counts.map((count) => (count / total) * draws);
  const shares = exact.map(Math.floor);
  let missing = draws - shares.reduce((sum, share) => sum + share, 0);
  if (missing <= 0) return shares;

  const remainders = exact.map((value, i) => value - shares[i]!);
  for (const remainder of [...new Set(remainders)].sort((a, b) => b - a)) {
    const tied = [...remainders.keys()].filter((i) => remainders[i] === remainder);
    const add = Math.min(tied.length, missing);
    for (const i of generator.choice(tied, add)) shares[i]! += 1;
    missing -= add;
    if (missing === 0) break;
  }
  return shares;
}
