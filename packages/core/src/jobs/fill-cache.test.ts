import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededParts } from '../../test/unfrozen-model.js';
import type { Augmentation } from '../augmentation/augmentation.js';
import type { Dataset } from '../dataset/dataset.js';
import { EngineError } from '../errors.js';
import { memoryFeatureCache } from '../features/memory-feature-cache.js';
import type { ImageReference } from '../image.js';
import { TransferModel } from '../model/transfer-model.js';
import type { Engine } from '../ports/feature-extractor.js';
import type { Runtime } from '../ports/runtime.js';
import { fillCache } from './fill-cache.js';

beforeAll(() => setBackend('cpu'));

const dataset: Dataset = {
  classNames: ['a', 'b'],
  samples: ['a', 'b', 'a', 'b'].map((label, i) => ({ id: `${i}`, source: `${i}`, label })),
};
const epochs = 40;

/** A model whose engine gives zeros, or is away, and what was drawn and run of its images. */
function modelOn(runtime: Pick<Runtime, 'cache'>, isAway = false) {
  const parts = seededParts('squeezenet', 32);
  const counts = { drawn: 0, ran: 0, held: 0 };
  const engine: Engine = {
    name: 'zeros',
    check: () => Promise.resolve({ usable: true, detail: '' }),
    createExtractor: ({ network }) => {
      if (isAway) return Promise.reject(new EngineError('an image was run'));
      const outputShape = (network.outputShape as number[]).slice(1);
      const size = outputShape.reduce((product, length) => product * length, 1);
      const extract = ({ count }: { readonly count: number }) => {
        counts.ran += count;
        return Promise.resolve(new Float32Array(count * size));
      };
      return Promise.resolve({ engine: 'zeros', outputShape, batchSize: 8, extract, dispose: () => Promise.resolve() });
    },
  };
  const images: Runtime['images'] = {
    read: (reference: ImageReference) => Promise.resolve(new TextEncoder().encode(String(reference))),
    decode: (_, { size: [height, width] }) =>
      Promise.resolve({ height, width, data: new Uint8Array(height * width * 3) }),
  };
  const draws: Augmentation = {
    name: 'draws',
    describe: () => 'draws',
    draw: (random) => ({ number: random.uniform() }),
    apply: (image) => {
      counts.drawn += 1;
      counts.held = Math.max(counts.held, counts.drawn - counts.ran);
      return image;
    },
  };
  const openRowFile = () => {
    throw new Error('rows were collected');
  };
  const whole = { ...runtime, images, openRowFile, prepareBackend: () => Promise.resolve() } as unknown as Runtime;
  const model = new TransferModel({ ...parts, engine, runtime: whole });
  return { model, counts, augmentation: [draws] };
}

describe('fillCache', () => {
  it('leaves all that a training with a fresh view in each epoch asks for, and holds few views at a time', async () => {
    const cache = memoryFeatureCache();
    const { model, counts, augmentation } = modelOn({ cache });
    const fit = { views: 'epoch', epochs, seed: 3 } as const;
    const split = { train: dataset, validation: undefined, test: dataset };
    const job = { ...fit, augmentation, split, shard: { index: 1, count: 1 } };
    expect(await fillCache(model, dataset, job)).toEqual({ images: dataset.samples.length, skipped: [] });
    await model.dispose();
    expect(counts.drawn).toBe(epochs * dataset.samples.length);
    // 4 images, 8 views of each.
    expect(counts.held).toBeLessThanOrEqual(32);

    const later = modelOn({ cache }, true);
    const { epochs: logs } = await later.model.fit(dataset, { ...fit, augmentation: later.augmentation });
    expect(logs).toHaveLength(epochs);
    await later.model.dispose();
  });
});
