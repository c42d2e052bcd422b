import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededWeights, weightsDigest } from '@graft-ml/core';
import { getBackbone } from '@graft-ml/core/backbones';
import { weightSourceContract } from '@graft-ml/core/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import golden from '../../test/golden/weights/weight-files.json';
import { nodeWeightSource } from './node-weight-source.js';
import { publishedFolders } from './published-file-places.js';

const stored = (name: string) => fileURLToPath(new URL(`../../test/golden/weights/${name}`, import.meta.url));
const vgg16 = getBackbone('vgg16');

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'graft-source-'));
});
afterAll(() => rm(scratch, { recursive: true }));

/** The same network in each kind of file that another program wrote; the last ones are folders. */
const kinds = [
  'legacy-keras2.h5',
  'legacy-weights.h5',
  'legacy-model.h5',
  'keras3.weights.h5',
  'tiny.safetensors',
  '../archives/model.keras',
  '../archives/packed.keras',
  '../archives/tfjs',
  '../archives/tfjs-sharded/model.json',
];

describe.each(kinds)('nodeWeightSource keeps the promises of its port: %s', (name) => {
  const checks = weightSourceContract(() => nodeWeightSource(), {
    backbone: vgg16,
    selector: stored(name),
    weights: seededWeights(golden.layers, { seed: golden.seed, draw: 'everything' }),
    missing: stored(`missing-${basename(name)}`),
    damaged: stored('hostile-no-keras.h5'),
  });
  for (const check of checks) it(check.title, () => check.run());
});

describe('nodeWeightSource', () => {
  it("opens the published file in Keras' folder", async () => {
    const models = join(scratch, 'keras', 'models');
    await mkdir(models, { recursive: true });
    const bytes = await readFile(stored('legacy-keras2.h5'));
    await writeFile(join(models, 'published.h5'), bytes);
    const hash = { algorithm: 'md5', hex: createHash('md5').update(bytes).digest('hex') } as const;
    const file = { name: 'published.h5', path: 'published.h5', bytes: bytes.length, hash };
    const source = nodeWeightSource({
      environment: { KERAS_HOME: join(scratch, 'keras'), GRAFT_CACHE: scratch, GRAFT_OFFLINE: '1' },
      find: (name) => ({ name, inputSize: [224, 224], parameters: 1, file }),
    });
    const opened = await source.open('imagenet', vgg16);
    expect(opened.origin).toBe(join(models, 'published.h5'));
    opened.close();
  });

  it('finds files of networks that Keras publishes nothing of by the names under which they circulate', async () => {
    const environment = { KERAS_HOME: join(scratch, 'none'), GRAFT_CACHE: scratch };
    const open = () => nodeWeightSource({ environment }).open('imagenet', getBackbone('squeezenet'));
    await expect(open()).rejects.toThrow(
      /^Keras publishes no ImageNet weights of squeezenet; put squeezenet.*\.h5 or squeezenet.*\.h5 into .*none.* or /,
    );
    const path = join(scratch, 'weights', 'squeezenet_v1_imagenet_notop.h5');
    await mkdir(join(scratch, 'weights'));
    await copyFile(stored('legacy-keras2.h5'), path);
    const opened = await open();
    expect(opened.origin).toBe(path);
    opened.close();
  });

  it('gives bit-identical tensors of one network, whatever kind of file holds them', async () => {
    const digests = await Promise.all(
      kinds.map(async (name) => {
        const file = await nodeWeightSource().open(stored(name), vgg16);
        const read = file.layers.map(({ name: layer, weights }) => {
          return [layer, weights.map((weight) => ({ shape: weight.shape, data: weight.read() }))] as const;
        });
        file.close();
        return weightsDigest(new Map(read));
      }),
    );
    const expected = await weightsDigest(seededWeights(golden.layers, { seed: golden.seed, draw: 'everything' }));
    expect(digests).toEqual(kinds.map(() => expected));
  });

  it('lists what it can read when a file is of another kind', async () => {
    const path = join(scratch, 'model.onnx');
    await writeFile(path, 'PK');
    await expect(nodeWeightSource().open(path, vgg16)).rejects.toThrow(
      /model\.onnx.* "\.h5", "\.hdf5", "\.keras", "\.safetensors", "model\.json"/,
    );
    await expect(nodeWeightSource().open('imagnet', vgg16)).rejects.toThrow(/"imagnet"; give "imagenet", or a file/);
    await expect(nodeWeightSource().open(scratch, vgg16)).rejects.toThrow(/cannot tell how to read/);
  });

  it('says how to save what PyTorch pickled', async () => {
    await expect(nodeWeightSource().open('resnet50.pth', vgg16)).rejects.toThrow(
      /"resnet50\.pth"; PyTorch files can run code .*safetensors\.torch\.save_file/,
    );
  });

  it("looks in Keras' folder, then in graft's cache", () => {
    expect(publishedFolders({ KERAS_HOME: '/keras', GRAFT_CACHE: '/graft' })).toEqual({
      keras: join('/keras', 'models'),
      graft: join('/graft', 'weights'),
    });
    expect(publishedFolders({ GRAFT_CACHE: '/graft' }).keras).toBe(join(homedir(), '.keras', 'models'));
  });
});
