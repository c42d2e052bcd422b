import '@tensorflow/tfjs-backend-cpu';
import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { AbortedError, CacheError, ImageError } from '../errors.js';
import type { ImageReference } from '../image.js';
import type { Engine } from '../ports/feature-extractor.js';
import type { ImageSource } from '../ports/image-source.js';
import { preprocessings } from '../preprocessing/preprocessing.js';
import { featureCacheContract } from '../contracts/feature-cache-contract.js';
import { streamFeatures, type FeatureRequest, type FeatureStreamOptions } from './feature-stream.js';
import { plainView, type FeatureView } from './feature-view.js';
import { memoryFeatureCache } from './memory-feature-cache.js';
import { orderedMap } from './ordered-map.js';
import { createPrefixRunner, type PrefixRunnerOptions } from './prefix-runner.js';
import { SeenImages } from './seen-images.js';

/** Images are one grey level each, named by it; `bad` cannot be decoded. Later ones are ready sooner. */
const images: ImageSource = {
  read: (reference: ImageReference) => Promise.resolve(new TextEncoder().encode(String(reference))),
  async decode(bytes, { size: [height, width] }) {
    const name = new TextDecoder().decode(bytes);
    if (name === 'bad') throw new ImageError('bad is no image');
    await new Promise((resolve) => setTimeout(resolve, 20 - Number(name)));
    return { height, width, data: new Uint8Array(height * width * 3).fill(Number(name)) };
  },
};

/** An engine that gives the grey level, and counts what it ran. */
function countingEngine(): { engine: Engine; ran: number[]; started: () => number } {
  const ran: number[] = [];
  let started = 0;
  const engine: Engine = {
    name: 'counting',
    check: () => Promise.resolve({ usable: true, detail: 'test' }),
    createExtractor: () => {
      started += 1;
      return Promise.resolve({
        engine: 'counting',
        outputShape: [1],
        batchSize: 8,
        extract: ({ count, data }) => {
          const rows = Float32Array.from(
            { length: count },
            (_, row) => data[row * (data.length / count)] ?? Number.NaN,
          );
          ran.push(count);
          return Promise.resolve(rows);
        },
        dispose: () => Promise.resolve(),
      });
    },
  };
  return { engine, ran, started: () => started };
}

async function setting(overrides: Partial<FeatureStreamOptions> = {}, traits: Partial<Engine> = {}) {
  const counting = countingEngine();
  const x = input({ shape: [2, 2, 3], name: 'x' });
  const output = layers.globalAveragePooling2d({ name: 'pool' }).apply(x) as SymbolicTensor;
  const prefix = await createPrefixRunner({
    prefix: {
      network: model({ inputs: x, outputs: output, name: 'n' }),
      weights: new Map(),
      preprocessing: preprocessings.none,
      inputSize: [2, 2],
    },
    weightsDigest: 'digest',
    engine: { ...counting.engine, ...traits },
    interpolation: 'antialias',
  });
  const options: FeatureStreamOptions = { prefix, images, cache: memoryFeatureCache(), ...overrides };
  return { ...counting, options };
}

const request = (source: string): FeatureRequest => ({ source, views: [plainView] });
const numbered = (count: number) => Array.from({ length: count }, (_, i) => request(String(i)));

async function collect(requests: readonly FeatureRequest[], options: FeatureStreamOptions) {
  const results = [];
  for await (const result of streamFeatures(requests, options)) {
    results.push('failure' in result ? result.failure.message : result.rows.map((row) => row[0]));
  }
  return results;
}

describe('streamFeatures', () => {
  it('gives results in the order of the requests, whatever the timing, in batches', async () => {
    const { options, ran } = await setting();
    expect(await collect(numbered(147), options)).toEqual(Array.from({ length: 147 }, (_, i) => [i]));
    expect(ran).toEqual([64, 64, 19]);
  });

  it('gives an engine no more images at once than it takes', async () => {
    const { options, ran } = await setting({}, { largestBatchSize: 8 });
    await collect(numbered(19), options);
    expect(ran).toEqual([8, 8, 3]);
  });

  it('reports an image that cannot be decoded in its place, and goes on', async () => {
    const { options } = await setting();
    expect(await collect([request('1'), request('bad'), request('3')], options)).toEqual([[1], 'bad is no image', [3]]);
  });

  it('lends memory for pixels again, and never what is still needed', async () => {
    const lent = new Set<Uint8Array>();
    const frugal: ImageSource = {
      ...images,
      async decode(bytes, options) {
        const image = await images.decode(bytes, options);
        const into = options.into as Uint8Array;
        lent.add(into);
        into.set(image.data);
        return { ...image, data: into };
      },
    };
    const { options } = await setting({ images: frugal }, { largestBatchSize: 8 });
    const augmented: FeatureView = {
      key: 'lighter',
      apply: (image) => ({ ...image, data: image.data.map((v) => v + 1) }),
    };
    const requests = numbered(147).map(({ source }) => ({ source, views: [plainView, augmented] }));
    expect(await collect(requests, options)).toEqual(Array.from({ length: 147 }, (_, i) => [i, i + 1]));
    expect(lent.size).toBeLessThan(60);
    // What is remembered for other passes is not lent again.
    const seen = new SeenImages();
    const few = numbered(19);
    await collect(few, { ...options, seen, cache: undefined });
    expect(few.map(({ source }) => seen.pixelsOf(source)?.data[0])).toEqual(few.map(({ source }) => Number(source)));
  });

  it('runs nothing twice: the second time all comes from the cache, and no engine is started', async () => {
    const cache = memoryFeatureCache();
    const first = await setting({ cache });
    await collect(numbered(5), first.options);
    const second = await setting({ cache });
    expect(await collect(numbered(5), second.options)).toEqual([[0], [1], [2], [3], [4]]);
    expect(second.started()).toBe(0);
  });

  it('runs each view of an image, and caches them apart', async () => {
    const brighter = {
      key: 'brighter',
      apply: (image: { height: number; width: number; data: Uint8Array }) => ({
        ...image,
        data: image.data.map((value) => value + 100),
      }),
    };
    const { options, ran } = await setting();
    const requests = [{ source: '7', views: [plainView, brighter] }];
    expect(await collect(requests, options)).toEqual([[7, 107]]);
    expect(await collect(requests, options)).toEqual([[7, 107]]);
    expect(ran).toEqual([2]);
  });

  it('goes on without a cache that fails, and says so once', async () => {
    const broken = {
      get: () => Promise.reject(new CacheError('disk full')),
      set: () => Promise.reject(new Error('no')),
      close: () => Promise.resolve(),
    };
    const failures: string[] = [];
    const { options } = await setting({ cache: broken, onCacheFailure: (error) => failures.push(error.message) });
    expect(await collect(numbered(10), options)).toHaveLength(10);
    expect(failures).toEqual(['disk full']);
  });

  it('reads and decodes an image once where several passes want other views of it', async () => {
    let reads = 0;
    let decodes = 0;
    const counted: ImageSource = {
      read: (reference) => ((reads += 1), images.read(reference)),
      decode: (bytes, resize) => ((decodes += 1), images.decode(bytes, resize)),
    };
    const { options } = await setting({ images: counted, seen: new SeenImages() });
    const brighter = (by: number): FeatureRequest => ({
      source: '7',
      views: [{ key: `${by}`, apply: (image) => ({ ...image, data: image.data.map((value) => value + by) }) }],
    });
    for (const by of [1, 2, 3, 2]) expect(await collect([brighter(by)], options)).toEqual([[7 + by]]);
    expect([reads, decodes]).toEqual([1, 1]);
    const full = { ...options, seen: new SeenImages(11), cache: undefined };
    for (const by of [1, 2]) expect(await collect([brighter(by)], full)).toEqual([[7 + by]]);
    expect([reads, decodes]).toEqual([3, 3]);
  });

  it('computes with what the cache gives back, also the first time and after the cache has failed', async () => {
    const rounding = { ...memoryFeatureCache(), rounded: (values: Float32Array) => values.map((x) => x - (x % 2)) };
    const { options } = await setting({ cache: rounding });
    const broken = { ...rounding, set: () => Promise.reject(new CacheError('disk full')) };
    for (const cache of [rounding, rounding, broken]) {
      expect(await collect([request('3'), request('4')], { ...options, cache })).toEqual([[2], [4]]);
    }
  });

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    const { options } = await setting({ signal: controller.signal });
    const work = async () => {
      for await (const result of streamFeatures(numbered(100), options)) if (result.index === 10) controller.abort();
    };
    await expect(work()).rejects.toThrow(AbortedError);
  });
});

describe('the digest of a prefix, which is part of the cache key', () => {
  it('tells engines, their versions, sizes and ways of resizing apart', async () => {
    const { options } = await setting();
    const digestWith = async (changes: Partial<PrefixRunnerOptions>, inputSize: [number, number] = [2, 2]) => {
      const x = input({ shape: [2, 2, 3], name: 'x' });
      const pool = layers.globalAveragePooling2d({ name: 'pool' }).apply(x) as SymbolicTensor;
      const network = model({ inputs: x, outputs: pool, name: 'n' });
      const runner = await createPrefixRunner({
        prefix: { network, weights: new Map(), preprocessing: preprocessings.none, inputSize },
        weightsDigest: 'digest',
        engine: countingEngine().engine,
        interpolation: 'antialias',
        ...changes,
      });
      return runner.digest;
    };
    const { engine } = countingEngine();
    const digests = await Promise.all([
      digestWith({}),
      digestWith({ engine: { ...engine, name: 'other' } }),
      digestWith({ engine: { ...engine, version: '1.0' } }),
      digestWith({ engine: { ...engine, version: '1.1' } }),
      digestWith({ interpolation: 'bilinear' }),
      digestWith({ resize: 'cover' }),
      digestWith({ weightsDigest: 'other' }),
      digestWith({}, [3, 3]),
    ]);
    expect(new Set(digests).size).toBe(digests.length);
    expect(digests[0]).toBe(options.prefix.digest);
    expect(await digestWith({ resize: 'stretch' })).toBe(digests[0]);
  });
});

describe('the engine behind a prefix', () => {
  it('is started again where the first start failed', async () => {
    const x = input({ shape: [2, 2, 3], name: 'x' });
    const network = model({ inputs: x, outputs: layers.globalAveragePooling2d({}).apply(x) as SymbolicTensor });
    const { engine } = countingEngine();
    let starts = 0;
    const runner = await createPrefixRunner({
      prefix: { network, weights: new Map(), preprocessing: preprocessings.none, inputSize: [2, 2] },
      weightsDigest: 'digest',
      engine: {
        ...engine,
        createExtractor: (prefix) =>
          ++starts === 1 ? Promise.reject(new Error('no memory')) : engine.createExtractor(prefix),
      },
      interpolation: 'antialias',
    });
    await expect(runner.extractor()).rejects.toThrow('no memory');
    await runner.extractor();
    expect(starts).toBe(2);
    await runner.dispose();
  });
});

describe('orderedMap', () => {
  it('holds no more results than it may, however slow the consumer is', async () => {
    let underWay = 0;
    let most = 0;
    const results = orderedMap([1, 2, 3, 4, 5, 6, 7, 8], 3, (item) => {
      underWay += 1;
      most = Math.max(most, underWay);
      return Promise.resolve(item);
    });
    const seen: number[] = [];
    for await (const result of results) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      underWay -= 1;
      seen.push(result);
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(most).toBeLessThanOrEqual(3);
  });
});

describe('the memory cache keeps the contract', () => {
  for (const check of featureCacheContract({ create: memoryFeatureCache })) it(check.title, check.run);
});
