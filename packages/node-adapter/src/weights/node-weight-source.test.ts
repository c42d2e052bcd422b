import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getBackbone, seededWeights, WeightsError } from '@graft-ml/core';
import { weightSourceContract } from '@graft-ml/core/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import golden from '../../test/golden/weights/weight-files.json';
import { nodeWeightSource, publishedWeightsFolders } from './node-weight-source.js';

const stored = (name: string) => fileURLToPath(new URL(`../../test/golden/weights/${name}`, import.meta.url));
const vgg16 = getBackbone('vgg16');
const publishedName = 'vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'graft-source-'));
});
afterAll(() => rm(scratch, { recursive: true }));

describe.each(['legacy-keras2.h5', 'legacy-weights.h5', 'legacy-model.h5', 'keras3.weights.h5', 'tiny.safetensors'])(
  'nodeWeightSource keeps the promises of its port: %s',
  (name) => {
    const checks = weightSourceContract(() => nodeWeightSource(), {
      backbone: vgg16,
      selector: stored(name),
      weights: seededWeights(golden.layers, { seed: golden.seed, draw: 'everything' }),
      missing: stored(`missing-${name}`),
      damaged: stored('hostile-no-keras.h5'),
    });
    for (const check of checks) it(check.title, () => check.run());
  },
);

describe('nodeWeightSource', () => {
  it('finds the published file in the first folder that has it', async () => {
    const [empty, full] = [join(scratch, 'empty'), join(scratch, 'full')];
    await Promise.all([mkdir(empty), mkdir(full)]);
    await copyFile(stored('legacy-keras2.h5'), join(full, publishedName));
    const file = await nodeWeightSource({ folders: [empty, full] }).open('imagenet', vgg16);
    expect(file.origin).toBe(join(full, publishedName));
    file.close();
  });

  it('says where to put the published file if it is missing', async () => {
    const source = nodeWeightSource({ folders: ['/nowhere/models', '/nowhere/else'] });
    await expect(source.open('imagenet', vgg16)).rejects.toThrow(
      new WeightsError(
        `the ImageNet weights of vgg16 are not on this machine; put ${publishedName} into /nowhere/models or ` +
          '/nowhere/else, or choose --weights FILE, or --weights none for a network without training',
        { subject: 'vgg16' },
      ),
    );
  });

  it('lists what it can read when a file is of another kind', async () => {
    const path = join(scratch, 'model.keras');
    await writeFile(path, 'PK');
    await expect(nodeWeightSource().open(path, vgg16)).rejects.toThrow(
      /model\.keras.* "\.h5", "\.hdf5", "\.safetensors"/,
    );
    await expect(nodeWeightSource().open('imagnet', vgg16)).rejects.toThrow(/"imagnet"; give "imagenet", or a file/);
  });

  it("looks in Keras' folder, then in graft's cache", () => {
    expect(publishedWeightsFolders({ KERAS_HOME: '/keras', GRAFT_CACHE: '/graft' })).toEqual([
      join('/keras', 'models'),
      join('/graft', 'weights'),
    ]);
    expect(publishedWeightsFolders({ GRAFT_CACHE: '/graft' })[0]).toBe(join(homedir(), '.keras', 'models'));
  });
});
