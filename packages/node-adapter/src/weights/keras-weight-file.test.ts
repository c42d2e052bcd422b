import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededWeights, WeightsError, type WeightFile } from '@graft-ml/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import golden from '../../test/golden/weights/weight-files.json';
import { kerasWeightFile } from './keras-weight-file.js';

const folder = fileURLToPath(new URL('../../test/golden/weights/', import.meta.url));
const expected = seededWeights(golden.layers, { seed: golden.seed, draw: 'everything' });
const layerNames = golden.layers.map(({ name }) => name);

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'graft-weights-'));
});
afterAll(() => rm(scratch, { recursive: true }));

async function withFile<T>(name: string, look: (file: WeightFile) => T): Promise<T> {
  const file = await kerasWeightFile(join(folder, name));
  try {
    return look(file);
  } finally {
    file.close();
  }
}

function valuesOf(file: WeightFile, layer: string): Float32Array[] {
  return file.layers.find(({ name }) => name === layer)?.weights.map((weight) => weight.read()) ?? [];
}

describe('kerasWeightFile', () => {
  it.each([
    ['weights only, as Keras 3 writes the old layout', 'legacy-weights.h5'],
    ['weights only, as Keras 2 wrote them', 'legacy-keras2.h5'],
    ['the same in the encoding of h5py', 'classic-legacy-weights.h5'],
    ['weights only, as Keras 2 wrote them, in that encoding', 'classic-legacy-keras2.h5'],
    ['weights only, packed', 'legacy-deflated.h5'],
    ['weights only, big-endian', 'legacy-big-endian.h5'],
    ['weights only, names split over several attributes', 'legacy-split-lists.h5'],
    ['a whole model', 'legacy-model.h5'],
    ['a whole model in the encoding of h5py', 'classic-legacy-model.h5'],
    ['Keras 3 weights', 'keras3.weights.h5'],
    ['Keras 3 weights in the encoding of h5py', 'classic-keras3.weights.h5'],
  ])('reads %s bit for bit', async (_, name) => {
    await withFile(name, (file) => {
      expect(file.layers.map((layer) => layer.name).sort()).toEqual([...layerNames].sort());
      for (const [layer, tensors] of expected) {
        expect(valuesOf(file, layer)).toEqual(tensors.map(({ data }) => data));
        const stored = file.layers.find((other) => other.name === layer);
        expect(stored?.weights.map(({ shape }) => shape)).toEqual(tensors.map(({ shape }) => shape));
        expect(stored?.container).toBe('');
      }
    });
  });

  it.each(['legacy-nested.h5', 'keras3-nested.weights.h5'])(
    'tells a network from the model around it: %s',
    async (name) => {
      await withFile(name, (file) => {
        const container = (layer: string) => file.layers.find((other) => other.name === layer)?.container;
        const inner = new Set(layerNames.map(container));
        expect(inner.size).toBe(1);
        expect(inner).not.toContain('');
        for (const [layer, tensors] of expected) expect(valuesOf(file, layer)).toEqual(tensors.map(({ data }) => data));
        expect(file.layers.filter((layer) => layer.container === '')).toMatchObject([{ weights: [{}, {}] }]);
      });
    },
  );

  it('keeps the order of layers in the old layout', async () => {
    await withFile('legacy-keras2.h5', (file) => expect(file.layers.map(({ name }) => name)).toEqual(layerNames));
  });

  it('reads files whose layers are known by class and running number', async () => {
    await withFile('keras3-unnamed.weights.h5', (file) => {
      expect(file.layers.map(({ name }) => name)).toEqual(['batch_normalization', 'conv2d', 'conv2d_1']);
      expect(valuesOf(file, 'conv2d_1')).toEqual(expected.get('last')?.map(({ data }) => data));
    });
    await withFile('keras3-numbered.weights.h5', (file) => {
      expect(file.layers.map((layer) => layer.weights[0]?.read()[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    });
  });

  it('widens float16 as numpy does', async () => {
    await withFile('legacy-float16.h5', (file) => {
      for (const [layer, values] of Object.entries(golden.float16)) {
        expect(valuesOf(file, layer).map((data) => [...data])).toEqual(values);
      }
    });
  });

  it('narrows float64', async () => {
    await withFile('legacy-float64.h5', (file) => {
      for (const [layer, tensors] of expected) expect(valuesOf(file, layer)).toEqual(tensors.map(({ data }) => data));
    });
  });

  it('refuses whole numbers, naming the data set', async () => {
    await withFile('legacy-integers.h5', (file) => {
      expect(() => valuesOf(file, 'stem')).toThrow(/"stem\/stem\/kernel:0" .* floating-point .* save .* float32/);
    });
  });

  it('refuses to read after it was closed, and closes twice without harm', async () => {
    const file = await kerasWeightFile(join(folder, 'legacy-keras2.h5'));
    file.close();
    file.close();
    expect(() => valuesOf(file, 'stem')).toThrow(WeightsError);
  });

  it.each(['hostile-absurd-shape.h5', 'hostile-absurd-chunks.h5'])(
    'refuses more bytes than there are: %s',
    async (name) => {
      await withFile(name, (file) => {
        expect(() => valuesOf(file, 'stem')).toThrow(/"stem\/stem\/kernel:0" .*claims 4398046511104 bytes/);
      });
    },
  );

  it.each([
    ['hostile-circle.weights.h5', /nest without end/],
    ['hostile-no-keras.h5', /holds no weights in a layout of Keras/],
    ['hostile-missing-group.h5', /at "stem" .*is not there/],
    ['hostile-numbers-for-names.h5', /holds no weights in a layout of Keras/],
  ])('refuses %s', async (name, reason) => {
    await expectRefusal(join(folder, name), reason);
  });

  it('refuses what is no weights file, with a remedy', async () => {
    const text = await write('text.h5', 'these are no weights');
    await expectRefusal(text, /is cut short, damaged, or no HDF5 file; fetch it again/);
    await expectRefusal(await write('empty.h5', ''), /is empty \(0 bytes\); fetch or save it again/);
    await expectRefusal(scratch, /is no file; give the path of one weights file/);
    await expectRefusal(join(scratch, 'none.h5'), /there is no weights file .*; check the path/);
    await expectRefusal(join(scratch, 'nul\0.h5'), /there is no weights file/);
  });

  it('refuses a file cut short at any length, and leaves no file open', async () => {
    const whole = await readFile(join(folder, 'legacy-model.h5'));
    const before = await openFileCount();
    for (let length = 1; length < whole.length; length += 331) {
      await expectRefusal(await write('cut.h5', whole.subarray(0, length)), /cut\.h5/);
    }
    expect(await openFileCount()).toBe(before);
  });

  it.each(['legacy-weights.h5', 'legacy-model.h5', 'keras3.weights.h5', 'keras3-nested.weights.h5'])(
    'refuses texts in which HDF5 would go round for ever: %s',
    async (name) => {
      const damaged = await readFile(join(folder, name));
      const heap = damaged.indexOf('GCOL');
      expect(heap).toBeGreaterThan(0);
      // The first object becomes free space of no length.
      damaged.fill(0, heap + 16, heap + 32);
      await expectRefusal(await write('endless.h5', damaged), /endless\.h5.* is cut short, damaged/);
    },
  );

  it('survives damage at any byte: weights, or a WeightsError', async () => {
    const before = await openFileCount();
    for (const name of ['legacy-keras2.h5', 'legacy-weights.h5', 'keras3-nested.weights.h5', 'legacy-deflated.h5']) {
      const whole = await readFile(join(folder, name));
      for (let position = 8; position < whole.length; position += 193) {
        const damaged = Uint8Array.from(whole);
        damaged[position] = (damaged[position] ?? 0) ^ 0xff;
        await readAll(await write('damaged.h5', damaged)).catch((error: unknown) => {
          if (!(error instanceof WeightsError)) throw error;
        });
      }
    }
    expect(await openFileCount()).toBe(before);
  });
});

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(scratch, name);
  await writeFile(path, content);
  return path;
}

async function readAll(path: string): Promise<void> {
  const file = await kerasWeightFile(path);
  try {
    for (const { weights } of file.layers) for (const weight of weights) weight.read();
  } finally {
    file.close();
  }
}

async function expectRefusal(path: string, reason: RegExp): Promise<void> {
  const error = await readAll(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WeightsError);
  const { message, subject } = error as WeightsError;
  expect(subject).toBe(path);
  expect(message).toMatch(reason);
  expect(message).not.toContain('\n');
}

/** How many files this process holds open; −1 where the system does not tell. */
async function openFileCount(): Promise<number> {
  return (await readdir('/proc/self/fd').catch(() => undefined))?.length ?? -1;
}
