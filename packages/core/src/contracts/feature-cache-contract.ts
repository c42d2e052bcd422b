import type { FeatureCache } from '../ports/feature-cache.js';
import { expectThat } from './check.js';
import type { ContractCheck } from './contract.js';

/** How a test makes caches. */
export interface FeatureCacheFixture {
  /** A cache that is empty. */
  readonly create: () => FeatureCache;
  /** A second cache on what the first has kept; undefined for caches that keep nothing after they are closed. */
  readonly reopen?: () => FeatureCache;
}

const key = 'a'.repeat(64);
const otherKey = 'b'.repeat(64);

/** What every {@link FeatureCache} keeps to. */
export function featureCacheContract({ create, reopen }: FeatureCacheFixture): ContractCheck[] {
  const withCache = (title: string, work: (cache: FeatureCache) => Promise<void>): ContractCheck => ({
    title,
    async run() {
      const cache = create();
      try {
        await work(cache);
      } finally {
        await cache.close();
      }
    },
  });
  const checks = [
    withCache('answers undefined for a key that was never set', async (cache) => {
      expectThat((await cache.get(key)) === undefined, 'a value came from nowhere');
    }),
    withCache('gives back what was set, to the bit, or as it says that it rounds', async (cache) => {
      const values = Float32Array.of(0, -0, 1e-45, -3.4e38, Number.NaN, Number.POSITIVE_INFINITY, 0.1);
      const expected = cache.rounded?.(values) ?? values;
      await cache.set(key, values);
      expectThat(equalBits(await cache.get(key), expected), 'the values changed');
      await cache.set(key, expected);
      expectThat(equalBits(await cache.get(key), expected), 'what was rounded once was rounded again');
    }),
    withCache('keeps keys apart', async (cache) => {
      await cache.set(key, Float32Array.of(1));
      await cache.set(otherKey, Float32Array.of(2));
      expectThat((await cache.get(key))?.[0] === 1, 'one key shows the value of another');
    }),
    withCache('does not see what the caller does to an array afterwards', async (cache) => {
      const values = Float32Array.of(1, 2);
      await cache.set(key, values);
      values[0] = 9;
      const read = await cache.get(key);
      expectThat(read?.[0] === 1, 'the stored value changed with the array that was passed in');
      read[0] = 7;
      expectThat((await cache.get(key))?.[0] === 1, 'the stored value changed with the array that was given out');
    }),
    withCache('stores a part of a larger array as that part', async (cache) => {
      await cache.set(key, Float32Array.of(1, 2, 3, 4).subarray(1, 3));
      expectThat(equalBits(await cache.get(key), Float32Array.of(2, 3)), 'more or less than the part was stored');
    }),
  ];
  if (reopen === undefined) return checks;
  return [
    ...checks,
    {
      title: 'keeps values when it is closed and opened again',
      async run() {
        const cache = create();
        await cache.set(key, Float32Array.of(5, 6));
        await cache.close();
        const again = reopen();
        try {
          expectThat(equalBits(await again.get(key), Float32Array.of(5, 6)), 'the value was lost');
        } finally {
          await again.close();
        }
      },
    },
  ];
}

function equalBits(left: Float32Array | undefined, right: Float32Array): boolean {
  const bytes = (values: Float32Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return left?.length === right.length && bytes(left).every((byte, index) => byte === bytes(right)[index]);
}
