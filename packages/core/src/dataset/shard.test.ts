import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/shards.json' with { type: 'json' };
import { createDataset } from './create-dataset.js';
import { parseShard, shardDataset, shardOf } from './shard.js';

describe('shardOf', () => {
  it.each(golden.counts.map((count, position) => ({ count, position })))(
    'gives the shards of the reference for $count shards',
    ({ count, position }) => {
      for (const { id, shards } of golden.cases) expect(shardOf(id, count)).toBe(shards[position]);
    },
  );

  it('spreads samples evenly: no shard of 16 differs from its share by more than five standard deviations', () => {
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 32_000; i += 1) counts[shardOf(`class${i % 3}/image-${i}.png`, 16) - 1]! += 1;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(2000));
  });

  it('refuses numbers of shards that are none', () => {
    for (const count of [0, -1, 1.5, Number.NaN, 1_000_001]) expect(() => shardOf('a', count)).toThrow(RangeError);
  });
});

describe('shardDataset', () => {
  it('puts every sample into one shard, in whatever order the samples come', () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 9 }), (names, count) => {
        const of = (order: readonly string[]) =>
          createDataset(order.map((id) => ({ id, source: id, label: id.length % 2 === 0 ? 'even' : 'odd' })));
        const shardsOf = (order: readonly string[]) =>
          Array.from({ length: count }, (_, i) =>
            shardDataset(of(order), { index: i + 1, count }).samples.map(({ id }) => id),
          );
        const [forward, backward] = [shardsOf(names), shardsOf([...names].reverse())];
        expect(forward.flat().sort()).toEqual([...names].sort());
        expect(backward.map((shard) => [...shard].reverse())).toEqual(forward);
      }),
    );
  });

  it('keeps the classes of the whole', () => {
    const dataset = createDataset([
      { source: 'a', label: 'cat' },
      { source: 'b', label: 'dog' },
    ]);
    expect(shardDataset(dataset, { index: 1, count: 50 }).classNames).toEqual(['cat', 'dog']);
    expect(() => shardDataset(dataset, { index: 3, count: 2 })).toThrow('there is no shard 3 of 2');
  });
});

describe('parseShard', () => {
  it('reads i/n, i from 1 to n', () => {
    expect(parseShard('3/8')).toEqual({ index: 3, count: 8 });
    for (const text of ['0/8', '9/8', '3', '3/0', '-1/8', '1/8/2', 'a/b', '']) {
      expect(() => parseShard(text)).toThrow(RangeError);
    }
  });
});
