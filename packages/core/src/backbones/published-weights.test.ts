import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findPublishedWeights, listPublishedWeights, publishedWeightsBase } from './published-weights.js';
import { listBackbones, listBackboneVariants } from './registry.js';

/** What Keras itself asks for (oracles/published_weights.py). */
interface KerasRequest {
  readonly file: string;
  readonly path: string;
  readonly addressSha256: string;
  readonly hash: string | null;
  readonly parameters: number;
  readonly inputSize: readonly number[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../test/golden/published-weights.json', import.meta.url), 'utf8'),
) as Readonly<Record<'networks' | 'variants', Readonly<Record<string, KerasRequest>>>>;

describe('published weights', () => {
  it('are of all networks of keras.applications, and SqueezeNet without a file', () => {
    const names = listPublishedWeights().map(({ name }) => name);
    expect(names).toEqual([...Object.keys(golden.networks), 'squeezenet']);
    expect(findPublishedWeights('squeezenet')?.file).toBeUndefined();
    expect(findPublishedWeights('vgg')).toBeUndefined();
    expect(findPublishedWeights('constructor')).toBeUndefined();
  });

  it.each(Object.entries({ ...golden.networks, ...golden.variants }))(
    'of %s are the file that Keras fetches, by the same hash',
    (name, keras) => {
      const published = findPublishedWeights(name);
      expect({
        file: published?.file?.name,
        path: published?.file?.path,
        addressSha256: createHash('sha256')
          .update(`${publishedWeightsBase}${published?.file?.path ?? ''}`)
          .digest('hex'),
        hash: published?.file?.hash?.hex ?? null,
        parameters: published?.parameters,
        inputSize: published?.inputSize,
      }).toEqual(keras);
      expect(published?.file?.hash?.algorithm).toBe(
        keras.hash === null ? undefined : keras.hash.length === 32 ? 'md5' : 'sha256',
      );
    },
  );

  it('have the size of their parameters as float32, and what HDF5 adds', () => {
    for (const { name, parameters, file } of listPublishedWeights()) {
      if (file?.bytes === undefined) continue;
      const added = file.bytes - 4 * parameters;
      expect(added, name).toBeGreaterThan(0);
      expect(added, name).toBeLessThan(4_100_000 + 0.02 * file.bytes);
    }
  });

  it('agree with the registered backbones about the input size', () => {
    for (const { name, inputSize } of [...listBackbones(), ...listBackboneVariants()]) {
      const published = findPublishedWeights(name);
      expect(published?.inputSize, name).toEqual(inputSize);
    }
  });
});
