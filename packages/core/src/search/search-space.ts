import { quoteNames } from '../errors.js';
import type { HeadName, NamedHead } from '../head/head-registry.js';
import { getHead } from '../head/head-registry.js';
import type { FitOptions } from '../model/fit-options.js';
import type { RandomGenerator } from '../random/keyed-random.js';
import { checkOptions } from '../training/check-options.js';

/** What a value is drawn from: plain data. */
export type Distribution =
  | { readonly choice: readonly (string | number | boolean | readonly number[])[] }
  /** A number between both. */
  | { readonly uniform: readonly [low: number, high: number] }
  /** A number between both, its logarithm evenly spread. */
  | { readonly logUniform: readonly [low: number, high: number] }
  /** A whole number from the first to the last. */
  | { readonly integer: readonly [first: number, last: number] };

/** Settings of `fit` that can be searched. */
export type SearchedFitOptions = Pick<FitOptions, 'epochs' | 'batchSize' | 'learningRate' | 'decay'> & {
  /** Of categorical cross-entropy, 0 to below 1. */
  readonly labelSmoothing?: number | undefined;
};

/** One kind of head, with what is drawn for it. */
export interface SearchBranch {
  readonly head: HeadName;
  /** The head's own settings. */
  readonly settings?: Readonly<Record<string, Distribution>> | undefined;
  /** Settings of `fit`; none for heads that are solved at once. */
  readonly fit?: Readonly<Partial<Record<keyof SearchedFitOptions, Distribution>>> | undefined;
}

/** What is searched where nothing else is said. */
export const defaultSearchSpace: readonly SearchBranch[] = [
  {
    head: 'default',
    settings: { dropout: { uniform: [0, 0.6] } },
    fit: {
      learningRate: { logUniform: [1e-4, 1e-2] },
      epochs: { choice: [10, 25, 50] },
      labelSmoothing: { choice: [0, 0.1] },
    },
  },
  { head: 'linear', settings: { c: { logUniform: [1e-4, 10] }, standardize: { choice: [true, false] } } },
  {
    head: 'mlp',
    settings: { hidden: { choice: [[64], [128], [256]] }, dropout: { uniform: [0.2, 0.7] } },
    fit: { learningRate: { logUniform: [1e-4, 3e-3] }, epochs: { choice: [10, 25, 50] } },
  },
];

/** What one trial runs with. */
export interface DrawnTrial {
  readonly head: NamedHead;
  readonly fit: SearchedFitOptions;
}

const fitNames = ['epochs', 'batchSize', 'learningRate', 'decay', 'labelSmoothing'];

/** Draws one trial: a branch, then its values in the order of their names. */
export function drawTrial(space: readonly SearchBranch[], random: RandomGenerator): DrawnTrial {
  const branch = space[random.integer(space.length)]!;
  const values = (of: Readonly<Record<string, Distribution>> = {}) =>
    Object.fromEntries(
      Object.keys(of)
        .sort()
        .map((name) => [name, draw(of[name]!, random)]),
    );
  return { head: { ...values(branch.settings), name: branch.head }, fit: values(branch.fit) };
}

/** @throws RangeError for a head, a setting or a distribution that does not exist, or a range upside down. */
export function checkSearchSpace(space: readonly SearchBranch[]): void {
  if (space.length === 0) throw new RangeError('the search space is empty; name at least one head');
  for (const { head, settings = {}, fit = {} } of space) {
    const solved = getHead(head).solve !== undefined;
    checkOptions(`fit, as the search of head "${head}" has it,`, fit, solved ? [] : fitNames);
    for (const [name, distribution] of Object.entries({ ...settings, ...fit })) {
      checkDistribution(`${name} of head "${head}"`, distribution);
    }
  }
}

function checkDistribution(what: string, distribution: Distribution): void {
  const kinds = Object.keys(distribution);
  const [kind = ''] = kinds;
  if (kinds.length !== 1 || !['choice', 'uniform', 'logUniform', 'integer'].includes(kind)) {
    throw new RangeError(
      `${what} is drawn from ${JSON.stringify(distribution)}; expected one of ${quoteNames(['choice', 'uniform', 'logUniform', 'integer'])}`,
    );
  }
  if ('choice' in distribution) {
    if (distribution.choice.length === 0) throw new RangeError(`${what} has no values to choose from`);
    return;
  }
  const [low, high] = Object.values(distribution)[0] as readonly [number, number];
  const least = kind === 'logUniform' ? Number.MIN_VALUE : -Number.MAX_VALUE;
  const whole = kind !== 'integer' || (Number.isInteger(low) && Number.isInteger(high));
  if (!(low >= least && high >= low && high < Infinity && whole)) {
    throw new RangeError(`${what} goes from ${low} to ${high}; expected ${kind} bounds, ascending`);
  }
}

function draw(distribution: Distribution, random: RandomGenerator): unknown {
  if ('choice' in distribution) return distribution.choice[random.integer(distribution.choice.length)];
  if ('uniform' in distribution) return random.uniformBetween(...distribution.uniform);
  if ('integer' in distribution) {
    const [first, last] = distribution.integer;
    return first + random.integer(last - first + 1);
  }
  const [low, high] = distribution.logUniform;
  // As a Number of few digits it can be typed again.
  return Number(Math.exp(random.uniformBetween(Math.log(low), Math.log(high))).toPrecision(4));
}
