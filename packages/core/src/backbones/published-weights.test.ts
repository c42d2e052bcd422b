import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  findPublishedWeights,
  listPublishedWeights,
  publishedWeightsBase,
  type PublishedFile,
} from './published-weights.js';
import { listBackbones, listBackboneVariants } from './registry.js';

/** What Keras itself asks for (oracles/published_weights.py): without the classifier and with it (`top`). */
interface KerasRequest extends KerasFile {
  readonly parameters: number;
  readonly inputSize: readonly number[];
  readonly top: KerasFile;
}

interface KerasFile {
  readonly file: string;
  readonly path: string;
  readonly addressSha256: string;
  readonly hash: string | null;
}

const golden = JSON.parse(
  readFileSync(new URL('../../test/golden/published-weights.json', import.meta.url), 'utf8'),
) as Readonly<Record<'networks' | 'variants', Readonly<Record<string, KerasRequest>>>>;

describe('published weights', () => {
  it('are of all networks of keras.applications, SqueezeNet without a file, and our own in its package', () => {
    const names = listPublishedWeights().map(({ name }) => name);
    expect(names).toEqual([...Object.keys(golden.networks), 'squeezenet', 'graft-tiny']);
    expect(findPublishedWeights('squeezenet')?.file).toBeUndefined();
    expect(findPublishedWeights('graft-tiny')).toMatchObject({ embeddedIn: '@graft-ml/base-tiny' });
    expect(findPublishedWeights('vgg')).toBeUndefined();
    expect(findPublishedWeights('constructor')).toBeUndefined();
  });

  it.each(Object.entries({ ...golden.networks, ...golden.variants }))(
    'of %s are the file that Keras fetches, by the same hash',
    (name, keras) => {
      const published = findPublishedWeights(name);
      expect(asKeras(published?.file)).toEqual(fileOf(keras));
      expect(asKeras(published?.fileWithTop)).toEqual(fileOf(keras.top));
      expect(published?.parameters).toBe(keras.parameters);
      expect(published?.inputSize).toEqual(keras.inputSize);
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

function asKeras(file: PublishedFile | undefined): KerasFile {
  const address = createHash('sha256').update(`${publishedWeightsBase}${file?.path ?? ''}`);
  const { algorithm, hex = null } = file?.hash ?? {};
  expect(algorithm).toBe(hex === null ? undefined : hex.length === 32 ? 'md5' : 'sha256');
  return { file: file?.name ?? '', path: file?.path ?? '', addressSha256: address.digest('hex'), hash: hex };
}

function fileOf({ file, path, addressSha256, hash }: KerasFile): KerasFile {
  return { file, path, addressSha256, hash };
}
