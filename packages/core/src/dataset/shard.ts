import { murmurHash128, type Hash128 } from '../random/murmur-hash.js';
import type { Dataset } from './dataset.js';

/** One of the parts that a data set is cut into, for several machines. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  /** How many parts there are, 1 or more. */
  readonly count: number;
}

/** More parts than this are a slip of the keyboard. */
const mostShards = 1_000_000;

/**
 * Reads `i/n`, i from 1 to n.
 * @throws RangeError for anything else.
 * @example `parseShard('3/8') // { index: 3, count: 8 }`
 */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d{1,9})\/(\d{1,9})$/.exec(text.trim()) ?? [];
  if (index === undefined || count === undefined) {
    throw new RangeError(`shard ${JSON.stringify(text)} cannot be read; expected i/n, such as 3/8: part 3 of 8`);
  }
  return checkShard({ index: Number(index), count: Number(count) });
}

/**
 * Checks that a shard is one of its count.
 *
 * @throws RangeError if there is no such shard.
 */
export function checkShard(shard: Shard): Shard {
  const { index, count } = shard;
  if (!Number.isSafeInteger(count) || count < 1 || count > mostShards) {
    throw new RangeError(`${count} shards cannot be made; expected a whole number from 1 to ${mostShards}`);
  }
  if (!Number.isSafeInteger(index) || index < 1 || index > count) {
    throw new RangeError(`there is no shard ${index} of ${count}; shards count from 1 to ${count}`);
  }
  return shard;
}

/**
 * The shard that a sample belongs to: a function of its id and the number of shards alone, so that it is the same in any
 * order, on any machine, with any other samples around it. Shards differ in size by chance: n samples in k shards give
 * n/k ± √(n/k).
 *
 * @param id - The sample's id.
 * @param count - How many shards there are.
 * @returns From 1 to `count`.
 * @throws RangeError for a number of shards that is no whole number from 1 to 1,000,000.
 * @see MurmurHash3, whose first word is scaled to the number of shards (oracle: oracles/shards.py, through mmh3)
 * @example `shardOf('covid/a.png', 8)`
 */
export function shardOf(id: string, count: number): number {
  checkShard({ index: 1, count });
  return shardOfHash(murmurHash128(id), count);
}

/** {@link shardOf}, where the id's hash is known. */
export function shardOfHash(hash: Hash128, count: number): number {
  return Math.floor((hash[0] / 2 ** 32) * count) + 1;
}

/**
 * The samples of one shard, in the data set's order. A shard may be empty, and hold few of the classes: `classNames` are
 * those of the whole.
 *
 * @throws RangeError if there is no such shard.
 * @example `shardDataset(dataset, { index: 3, count: 8 }).samples`
 */
export function shardDataset(dataset: Dataset, shard: Shard): Dataset {
  const { index, count } = checkShard(shard);
  return { ...dataset, samples: dataset.samples.filter(({ id }) => shardOf(id, count) === index) };
}
