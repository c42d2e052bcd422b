import { tensor4d } from '@tensorflow/tfjs-core';
import type { ImageBatch } from '../image.js';
import { instantiateNetwork, networkConfig } from '../network/network-config.js';
import { NetworkRunner } from '../network/run-network.js';
import type { Engine, FeatureExtractor, FrozenPrefix } from '../ports/feature-extractor.js';
import { preprocessTensor } from '../preprocessing/preprocess-tensor.js';
import { keyedRandom } from '../random/keyed-random.js';
import { assignWeights } from '../weights/assign-weights.js';
import { expectRejection, expectThat } from './check.js';
import type { ContractCheck } from './contract.js';

/** What the contract is tried on. */
export interface FeatureExtractorFixture {
  readonly engine: Engine;
  /** Makes a small prefix; disposed after each check. */
  prefix(): FrozenPrefix;
  /** Sets the TensorFlow.js backend that the reference runs on. */
  useReferenceBackend(): Promise<void>;
}

/** The largest difference from the reference, as a share of the largest activation. */
const tolerance = 1e-4;

/** What every {@link Engine} and its {@link FeatureExtractor} keep to. */
export function featureExtractorContract(fixture: FeatureExtractorFixture): ContractCheck[] {
  const withExtractor = (
    title: string,
    work: (extractor: FeatureExtractor, prefix: FrozenPrefix) => Promise<void>,
  ): ContractCheck => ({
    title,
    async run() {
      await fixture.useReferenceBackend();
      const prefix = fixture.prefix();
      const extractor = await fixture.engine.createExtractor(prefix);
      try {
        await work(extractor, prefix);
      } finally {
        await extractor.dispose();
        await fixture.useReferenceBackend();
        prefix.network.dispose();
      }
    },
  });
  return [
    {
      title: 'says that it is usable, and what it is',
      async run() {
        const status = await fixture.engine.check();
        expectThat(status.usable && status.detail.length > 0, JSON.stringify(status));
      },
    },
    withExtractor(`agrees with the reference to ${tolerance} of the largest activation`, async (extractor, prefix) => {
      const batch = noise(3, prefix);
      const actual = await extractor.extract(batch);
      await fixture.useReferenceBackend();
      const expected = await reference(batch, prefix);
      expectThat(actual.length === expected.length, `it gave ${actual.length} values; expected ${expected.length}`);
      const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      const difference = expected.reduce((max, value, i) => Math.max(max, Math.abs(value - (actual[i] ?? NaN))), 0);
      expectThat(
        largest > 0 && difference <= tolerance * largest,
        `differs by ${difference}; the largest is ${largest}`,
      );
    }),
    withExtractor('gives rows of the shape that it says', async (extractor, prefix) => {
      const size = extractor.outputShape.reduce((product, length) => product * length, 1);
      const actual = await extractor.extract(noise(2, prefix));
      expectThat(actual.length === 2 * size, `two rows have ${actual.length} values; expected ${2 * size}`);
    }),
    withExtractor(
      'gives an image the same activations, to the bit, whatever else is in its batch',
      async (extractor, prefix) => {
        const batch = noise(5, prefix);
        const together = await extractor.extract(batch);
        const rowSize = together.length / 5;
        const pixels = batch.data.length / 5;
        for (let row = 0; row < 5; row++) {
          const alone = await extractor.extract({
            ...batch,
            count: 1,
            data: batch.data.slice(row * pixels, (row + 1) * pixels),
          });
          expectThat(
            alone.every((value, i) => Object.is(value, together[row * rowSize + i])),
            `image ${row} differs when it runs alone`,
          );
        }
      },
    ),
    withExtractor('refuses images of another size, and a batch with bytes missing', async (extractor, prefix) => {
      const batch = noise(1, prefix);
      await expectRejection(extractor.extract({ ...batch, height: 3 }), { name: 'RangeError', text: '3×' });
      await expectRejection(extractor.extract({ ...batch, data: batch.data.slice(1) }), {
        name: 'RangeError',
        text: 'bytes',
      });
    }),
  ];
}

function noise(count: number, { inputSize: [height, width] }: FrozenPrefix): ImageBatch {
  const random = keyedRandom({ seed: 1, purpose: 'contract' });
  const data = Uint8Array.from({ length: count * height * width * 3 }, () => random.integer(256));
  return { count, height, width, data };
}

async function reference(batch: ImageBatch, prefix: FrozenPrefix): Promise<Float32Array> {
  const network = instantiateNetwork(networkConfig(prefix.network));
  assignWeights(network, prefix.weights);
  const pixels = tensor4d(batch.data, [batch.count, batch.height, batch.width, 3], 'int32');
  const input = preprocessTensor(pixels, prefix.preprocessing);
  const output = new NetworkRunner(network).run(input);
  try {
    return (await output.data()) as Float32Array;
  } finally {
    for (const item of [pixels, input, output]) item.dispose();
    network.dispose();
  }
}
