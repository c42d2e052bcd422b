import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WeightsError } from '@graft-ml/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hdf5Contents } from '../hdf5-contents.js';
import { Hdf5File } from '../hdf5-file.js';
import { writeHdf5 } from '../hdf5-writer.js';
import { ClassicHdf5File } from './classic-hdf5-file.js';

const folder = fileURLToPath(new URL('../../../test/golden/weights/', import.meta.url));

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'graft-hdf5-'));
});
afterAll(() => rm(scratch, { recursive: true }));

async function openClassic(path: string): Promise<ClassicHdf5File | undefined> {
  return ClassicHdf5File.open(path, { path, offset: 0, size: (await stat(path)).size });
}

const attributes = ['layer_names', 'weight_names', 'name', 'backend', 'keras_version', 'model_config', 'graft'];

/** All that a file holds. */
function contents(file: Hdf5Contents, path = ''): unknown {
  const texts = attributes.map((attribute) => file.texts(path, attribute));
  if (!file.isGroup(path)) return { texts, shape: file.dataset(path).shape, values: [...file.read(path)] };
  const names = file.names(path);
  return { texts, within: names.map((name) => [name, contents(file, path === '' ? name : `${path}/${name}`)]) };
}

describe('ClassicHdf5File', () => {
  it.each([
    'classic-legacy-weights.h5',
    'classic-legacy-keras2.h5',
    'classic-legacy-model.h5',
    'classic-keras3.weights.h5',
  ])('reads what HDF5 reads: %s', async (name) => {
    const own = await openClassic(join(folder, name));
    const library = await Hdf5File.open(join(folder, name));
    expect(own).toBeDefined();
    expect(contents(own!)).toEqual(contents(library));
    own!.close();
    library.close();
  });

  it.each(['legacy-deflated.h5', 'legacy-weights.h5', 'hostile-circle.weights.h5', 'hostile-absurd-shape.h5'])(
    'leaves to HDF5 what is not plain: %s',
    async (name) => {
      expect(await openClassic(join(folder, name))).toBeUndefined();
    },
  );

  it('reads what graft writes: many groups, long names, empty texts, a number without a shape', async () => {
    const path = join(scratch, 'written.h5');
    await writeHdf5({ path, origin: path }, (writer) => {
      writer.texts(
        '',
        'layer_names',
        Array.from({ length: 300 }, (_, index) => `layer_${index}`),
      );
      writer.text('', 'backend', 'tensorflow');
      for (let index = 0; index < 300; index += 1) {
        writer.group(`layer_${index}`);
        writer.texts(`layer_${index}`, 'weight_names', ['größe'.repeat(index % 30)]);
        writer.dataset(`layer_${index}/${'kernel'.repeat(20)}`, { shape: [2, 1], data: Float32Array.of(index, 0.5) });
      }
      writer.dataset('single', { shape: [], data: Float32Array.of(7) });
    });
    const own = await openClassic(path);
    const library = await Hdf5File.open(path);
    expect(own).toBeDefined();
    expect(contents(own!)).toEqual(contents(library));
    own!.close();
    library.close();
  });

  it('reads a file that lies within another', async () => {
    const bytes = await readFile(join(folder, 'classic-keras3.weights.h5'));
    const path = join(scratch, 'around.bin');
    await writeFile(path, Buffer.concat([Buffer.alloc(13, 1), bytes, Buffer.alloc(9, 1)]));
    const within = ClassicHdf5File.open(path, { path, offset: 13, size: bytes.length });
    const alone = await openClassic(join(folder, 'classic-keras3.weights.h5'));
    expect(contents(within!)).toEqual(contents(alone!));
    within!.close();
    alone!.close();
  });

  it('says what is not there, and that a file is closed', async () => {
    const file = (await openClassic(join(folder, 'classic-legacy-weights.h5')))!;
    expect(() => file.names('nothing')).toThrow(WeightsError);
    expect(() => file.dataset('')).toThrow(/no values are stored there/);
    expect(() => file.texts('nothing', 'name')).toThrow(/nothing is there/);
    expect(file.texts('', 'nothing')).toBeUndefined();
    file.close();
    file.close();
    expect(() => file.names('')).toThrow(/is closed; open it again/);
  });

  it('survives damage at any byte, in little time', async () => {
    const path = join(scratch, 'damaged.h5');
    await copyFile(join(folder, 'classic-legacy-weights.h5'), path);
    const sound = await readFile(path);
    let state = 9;
    const draw = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let refused = 0;
    const rounds = 1500;
    const begin = performance.now();
    for (let round = 0; round < rounds; round += 1) {
      const bytes = Buffer.from(sound);
      for (let change = 0; change <= draw(4); change += 1) bytes[draw(bytes.length)] = draw(2) === 0 ? 255 : draw(256);
      const size = round % 5 === 0 ? draw(bytes.length) : bytes.length;
      await writeFile(path, bytes.subarray(0, size));
      const file = ClassicHdf5File.open(path, { path, offset: 0, size });
      if (file === undefined) refused += 1;
      else contents(file);
      file?.close();
    }
    expect(refused).toBeGreaterThan(rounds / 5);
    expect((performance.now() - begin) / rounds).toBeLessThan(50);
  }, 60_000);
});
