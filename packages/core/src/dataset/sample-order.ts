import { quoteNames } from '../errors.js';
import { keyedRandom, type RandomGenerator } from '../random/keyed-random.js';
import { encodeLabels, type StratumLabel } from './label-codes.js';

/**
 * Which samples an epoch trains on, and in which order: `shuffle`, all of them, each once; `oversample`, all of them, and
 * those of rarer classes again until each class has as many as the largest; `balanced`, as many as there are, equally many
 * of each class in every batch, classes taking turns.
 */
export type Sampler = 'shuffle' | 'oversample' | 'balanced';

const SAMPLERS: readonly Sampler[] = ['shuffle', 'oversample', 'balanced'];

/** What {@link sampleOrder} needs. */
export interface SampleOrderOptions {
  /** Default `shuffle`. */
  readonly sampler?: Sampler | undefined;
  /** The run's seed. */
  readonly seed: number;
}

/**
 * The order of training samples in each epoch: a function of (seed, epoch) alone.
 *
 * With `oversample` and `balanced` samples of a class are drawn in rounds: none stands a third time before all have stood
 * twice. In `balanced`, samples of larger classes are left out of some epochs.
 *
 * @param labels - One class for each sample.
 * @returns From an epoch (from 0) to indices into `labels`.
 * @throws RangeError for an unknown sampler.
 * @example `sampleOrder(labels, { sampler: 'balanced', seed: 42 })(epoch)`
 */
export function sampleOrder(labels: readonly StratumLabel[], options: SampleOrderOptions): (epoch: number) => number[] {
  const { sampler = 'shuffle', seed } = options;
  if (!SAMPLERS.includes(sampler)) {
    throw new RangeError(`unknown sampler ${JSON.stringify(sampler)}; there are ${quoteNames(SAMPLERS)}`);
  }
  const { values, codes, counts } = encodeLabels('labels', labels);
  const members = values.map((): number[] => []);
  for (const [index, code] of codes.entries()) members[code]!.push(index);
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  return (epoch) => {
    const random = keyedRandom({ seed, purpose: 'order', epoch });
    if (sampler === 'shuffle') return random.permutation(labels.length);
    if (sampler === 'oversample') return random.shuffle(members.flatMap((own) => drawRounds(own, most, random)));
    return takeTurns(members, labels.length, random);
  };
}

/** `count` of the items: all of them in as many rounds as fit, and of the last round a random part. */
function drawRounds(items: readonly number[], count: number, random: RandomGenerator): number[] {
  const drawn: number[] = [];
  while (drawn.length < count) {
    for (const item of random.shuffle(items).slice(0, count - drawn.length)) drawn.push(item);
  }
  return drawn;
}

/** Classes take turns, in a new order each time, so that any stretch of the order is as balanced as can be. */
function takeTurns(members: readonly number[][], count: number, random: RandomGenerator): number[] {
  const each = Math.ceil(count / Math.max(members.length, 1));
  const queues = members.map((own) => drawRounds(own, each, random));
  const order: number[] = [];
  for (let turn = 0; order.length < count; turn += 1) {
    for (const label of random.permutation(queues.length)) order.push(queues[label]![turn]!);
  }
  return order.slice(0, count);
}
