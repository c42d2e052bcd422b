import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WeightsError } from '@graft-ml/core';
import { File, ready, type Group } from 'h5wasm/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kerasWeightFile } from './keras-weight-file.js';

const folder = mkdtempSync(join(tmpdir(), 'graft-links-'));
beforeAll(() => ready);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, fill: (root: Group) => void): string {
  const path = join(folder, name);
  const file = new File(path, 'w');
  fill(file);
  file.close();
  return path;
}

const layer = (root: Group, make: (group: Group) => void) => {
  root.create_attribute('layer_names', ['stem']);
  const group = root.create_group('stem');
  group.create_attribute('weight_names', ['stem/kernel:0']);
  make(group);
};

describe('an HDF5 file that names other files', () => {
  const values = { name: 'kernel:0', data: new Float32Array([1, 2]), shape: [2] };

  it('is not followed there: neither to values, nor to a whole layer', async () => {
    const other = write('other.h5', (root) =>
      layer(root, (group) => group.create_group('stem').create_dataset(values)),
    );
    const toValues = write('values.h5', (root) =>
      layer(root, (group) => group.create_group('stem').create_external_link(other, '/stem/stem/kernel:0', 'kernel:0')),
    );
    const toLayer = write('layer.h5', (root) => {
      root.create_attribute('layer_names', ['stem']);
      root.create_external_link(other, '/stem', 'stem');
    });
    const own = await kerasWeightFile(other);
    expect(own.layers[0]?.weights[0]?.read()).toEqual(new Float32Array([1, 2]));
    own.close();
    for (const path of [toValues, toLayer]) {
      const read = async () => {
        const file = await kerasWeightFile(path);
        try {
          return file.layers.map(({ weights }) => weights.map((weight) => weight.read()));
        } finally {
          file.close();
        }
      };
      await expect(read()).rejects.toThrow(WeightsError);
    }
  });
});
