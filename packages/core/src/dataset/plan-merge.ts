import { DatasetError } from '../errors.js';
import { refuseTooManySkipped } from '../model/refuse-too-many-skipped.js';
import type { ShardStamp } from './shard-stamp.js';

/** A shard's stamp, and what it is called in messages. */
export interface NamedStamp {
  readonly name: string;
  readonly stamp: ShardStamp;
}

/** How rows of several shards become rows of one result. */
export interface MergePlan {
  /** For each row of the result, which of the stamps it comes from; each stamp's rows come in their own order. */
  readonly sources: Uint32Array;
  /** Of all shards: first what was no image of the listing, then the images that could not be used, in the listing's order. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Checks that shards belong together and are there exactly once, and says in which order their rows stand in a run that was
 * never cut.
 *
 * @param shards - In any order.
 * @throws DatasetError if a shard is missing or there twice, if two differ in data set, model, settings or version, if an image
 *   is in none or two of them, or if more than a tenth of all images could not be read.
 * @example `const { sources } = planMerge([{ name: 'a.npy', stamp: a }, { name: 'b.npy', stamp: b }])`
 */
export function planMerge(shards: readonly NamedStamp[]): MergePlan {
  const [first] = shards;
  if (first === undefined) throw new RangeError('there are no shards to merge; name them');
  for (const other of shards) requireSameJob(first, other);
  requireEachOnce(shards);
  const { total } = first.stamp;
  const sources = new Uint32Array(shards.reduce((rows, { stamp }) => rows + stamp.places.length, 0));
  const failures = shards.flatMap(({ stamp }) => stamp.skipped.filter(isListed));
  const unused = shards.reduce((sum, { stamp }) => sum + stamp.unused, 0);
  requireEveryPlace(shards, { total, held: sources.length + failures.length + unused });

  const owners = ownersOfPlaces(shards, total);
  let row = 0;
  for (const owner of owners) if (owner > 0) sources[row++] = owner - 1;
  const plain = ({ path, reason }: { path: string; reason: string }) => ({ path, reason });
  const unlisted = shards.flatMap(({ stamp }) => stamp.skipped.filter((skip) => !isListed(skip)));
  failures.sort((a, b) => a.place - b.place);
  // One machine would have refused this data set; so do many.
  refuseTooManySkipped(failures, total - unused);
  return { sources, skipped: [...unlisted, ...failures].map(plain) };
}

type Skip = ShardStamp['skipped'][number];

function isListed(skip: Skip): skip is Skip & { readonly place: number } {
  return skip.place !== null;
}

/** For each place of the listing, the number of its stamp, from 1; 0 where the image was skipped. */
function ownersOfPlaces(shards: readonly NamedStamp[], total: number): Uint32Array {
  const owners = new Uint32Array(total);
  for (const [number, { stamp }] of shards.entries()) {
    for (const place of stamp.places) {
      const other = owners[place] ?? 0;
      if (other > 0) throw overlap([shards[other - 1] as NamedStamp, shards[number] as NamedStamp], place);
      owners[place] = number + 1;
    }
  }
  return owners;
}

function requireSameJob(first: NamedStamp, other: NamedStamp): void {
  const [a, b] = [facts(first.stamp), facts(other.stamp)];
  const differing = [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key));
  if (differing.length === 0) return;
  const key = differing[0] as string;
  const say = (value: string | undefined) => value ?? 'none';
  throw new DatasetError(
    `${other.name} and ${first.name} are not of one job: they differ in ${differing.join(', ')} ` +
      `(${key}: ${say(b.get(key))} and ${say(a.get(key))}); make both with the same data set, model, settings and version`,
    { subject: other.name },
  );
}

function facts({ kind, count, total, fingerprints }: ShardStamp): Map<string, string> {
  const own = { kind, 'number of shards': String(count), images: String(total) };
  return new Map([...Object.entries(own), ...Object.entries(fingerprints)]);
}

function requireEachOnce(shards: readonly NamedStamp[]): void {
  const count = shards[0]?.stamp.count ?? 0;
  const names = new Map<number, string>();
  for (const { name, stamp } of shards) {
    const earlier = names.get(stamp.index);
    if (earlier !== undefined) {
      throw new DatasetError(`shard ${stamp.index}/${count} is there twice: ${earlier} and ${name}; leave one out`, {
        subject: name,
      });
    }
    names.set(stamp.index, name);
  }
  if (names.size === count) return;
  const missing: number[] = [];
  for (let index = 1; index <= count && missing.length < 10; index += 1) if (!names.has(index)) missing.push(index);
  const more = count - names.size > missing.length ? ', …' : '';
  throw new DatasetError(
    `${count - names.size} of ${count} shards are missing: ${missing.map((index) => `${index}/${count}`).join(', ')}${more}; ` +
      'make them with --shard, and merge all',
  );
}

function requireEveryPlace(shards: readonly NamedStamp[], { total, held }: { total: number; held: number }): void {
  const beyond = shards.find(({ stamp }) => (stamp.places.at(-1) ?? -1) >= total);
  if (held === total && beyond === undefined) return;
  const name = beyond?.name ?? shards[0]?.name ?? '';
  throw new DatasetError(
    `the shards hold ${held} of ${total} images${beyond ? `, and ${name} one beyond the last` : ''}; ` +
      'their machines listed the data set in other orders, or a shard is damaged: make them again from the same listing',
    { subject: name },
  );
}

function overlap(shards: readonly [NamedStamp, NamedStamp], place: number): DatasetError {
  const [a, b] = shards;
  return new DatasetError(
    `${a.name} and ${b.name} both hold image ${place + 1} of the listing; ` +
      'their machines listed the data set in other orders: make them again from the same listing',
    { subject: b.name },
  );
}
