import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatasetError } from '../errors.js';
import { planMerge, type NamedStamp } from './plan-merge.js';
import { parseShardStamp, type ShardStamp } from './shard-stamp.js';

const stamp = (index: number, changes: Partial<ShardStamp> = {}): ShardStamp => ({
  format: 'graft-shard',
  version: 1,
  kind: 'features',
  index,
  count: 2,
  total: 4,
  fingerprints: { 'data set': 'd', engine: 'onnxruntime 1' },
  unused: 0,
  places: index === 1 ? [0, 3] : [1, 2],
  skipped: [],
  ...changes,
});
const named = (...stamps: ShardStamp[]): NamedStamp[] =>
  stamps.map((one, index) => ({ name: `${'abc'[index] ?? ''}.npy`, stamp: one }));
const merge = (...stamps: ShardStamp[]) => planMerge(named(...stamps));

describe('planMerge', () => {
  it('puts rows back into the order of the listing, in whatever order shards are given', () => {
    expect([...merge(stamp(1), stamp(2)).sources]).toEqual([0, 1, 1, 0]);
    expect([...merge(stamp(2), stamp(1)).sources]).toEqual([1, 0, 0, 1]);
  });

  it('undoes any cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 20, maxLength: 60 }), (owners) => {
        const stamps = [0, 1, 2, 3, 4].map((owner) =>
          stamp(owner + 1, {
            count: 5,
            total: owners.length,
            places: [...owners.keys()].filter((place) => owners[place] === owner),
          }),
        );
        expect([...merge(...stamps).sources]).toEqual(owners);
      }),
    );
  });

  it('leaves out what no shard could use, and tells of it in the order of the listing', () => {
    const unread = { path: 'b.png', reason: 'it is no image', place: 1 };
    const rows = Array.from({ length: 20 }, (_, place) => place);
    const plan = merge(
      stamp(2, { total: 20, places: [], skipped: [unread] }),
      stamp(1, {
        total: 20,
        unused: 1,
        places: rows.filter((place) => place !== 1 && place !== 5),
        skipped: [{ path: 'gone.png', reason: 'there is no such file', place: null }],
      }),
    );
    expect(plan.sources).toHaveLength(18);
    expect(plan.skipped).toEqual([
      { path: 'gone.png', reason: 'there is no such file' },
      { path: 'b.png', reason: 'it is no image' },
    ]);
  });

  it('names the shard that is missing, and the one that is there twice', () => {
    expect(() => merge(stamp(2))).toThrow('1 of 2 shards are missing: 1/2; make them with --shard, and merge all');
    expect(() => merge(stamp(2), stamp(2))).toThrow('shard 2/2 is there twice: a.npy and b.npy; leave one out');
    expect(() => merge()).toThrow(RangeError);
  });

  it('refuses shards of two jobs, and says in what they differ', () => {
    const other = stamp(2, { fingerprints: { 'data set': 'd', engine: 'onnxruntime 2' } });
    expect(() => merge(stamp(1), other)).toThrow(
      'b.npy and a.npy are not of one job: they differ in engine (engine: onnxruntime 2 and onnxruntime 1)',
    );
    expect(() => merge(stamp(1), stamp(2, { count: 3 }))).toThrow(/differ in number of shards \(.*3 and 2\)/);
    expect(() => merge(stamp(1), stamp(2, { total: 5 }))).toThrow(/differ in images/);
    expect(() => merge(stamp(1), stamp(2, { kind: 'predictions' }))).toThrow(/differ in kind/);
    expect(() => merge(stamp(1), stamp(2, { fingerprints: {} }))).toThrow(/data set: none and d/);
  });

  it('refuses an image that is in two shards or in none', () => {
    expect(() => merge(stamp(1), stamp(2, { places: [0, 2] }))).toThrow('a.npy and b.npy both hold image 1');
    expect(() => merge(stamp(1), stamp(2, { places: [1] }))).toThrow('the shards hold 3 of 4 images');
    expect(() => merge(stamp(1), stamp(2, { places: [1, 9] }))).toThrow('and b.npy one beyond the last');
    const vast = { total: Number.MAX_SAFE_INTEGER };
    expect(() => merge(stamp(1, vast), stamp(2, vast))).toThrow('the shards hold 4 of 9007199254740991 images');
  });

  it('refuses what one machine would refuse: too many images that cannot be read', () => {
    const unread = { path: 'b.png', reason: 'it is no image', place: 1 };
    expect(() => merge(stamp(1), stamp(2, { places: [2], skipped: [unread] }))).toThrow(/1 of 4 images cannot be read/);
  });
});

describe('parseShardStamp', () => {
  it('reads what was written', () => {
    expect(parseShardStamp(JSON.parse(JSON.stringify({ shard: stamp(1) })), 'a')).toEqual(stamp(1));
  });

  it('refuses what is no stamp, or a damaged one, by the name of its file', () => {
    for (const hostile of [
      null,
      [],
      { paths: [] },
      { shard: null },
      { shard: { ...stamp(1), version: 2 } },
      { shard: { ...stamp(1), places: [3, 0] } },
      { shard: { ...stamp(1), places: [-1] } },
      { shard: { ...stamp(1), index: 3 } },
      { shard: { ...stamp(1), total: 1e300 } },
      { shard: { ...stamp(1), total: 9e15, unused: 9e15 } },
    ]) {
      expect(() => parseShardStamp(hostile, 'a.npy')).toThrow(DatasetError);
      expect(() => parseShardStamp(hostile, 'a.npy')).toThrow(/^a\.npy is /);
    }
  });
});
