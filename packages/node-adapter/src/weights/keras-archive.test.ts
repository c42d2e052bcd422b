import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateRawSync } from 'node:zlib';
import { seededWeights, WeightsError, type WeightFile } from '@graft-ml/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import golden from '../../test/golden/weights/weight-files.json';
import { kerasArchive } from './keras-archive.js';

const stored = (name: string) => fileURLToPath(new URL(`../../test/golden/archives/${name}`, import.meta.url));
const expected = seededWeights(golden.layers, { seed: golden.seed, draw: 'everything' });

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'graft-archive-'));
  // Other tests unpack archives at the same time: what is counted here lies apart.
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, scratch);
});
afterAll(() => {
  vi.unstubAllEnvs();
  return rm(scratch, { recursive: true });
});

/** Values by layer; those of layers that the network lacks are left out. */
async function valuesIn(path: string): Promise<Map<string, readonly Float32Array[]>> {
  const file = await kerasArchive(path);
  try {
    return new Map(
      file.layers
        .filter(({ name }) => expected.has(name))
        .map(({ name, weights }) => [name, weights.map((weight) => weight.read())]),
    );
  } finally {
    file.close();
  }
}

const expectedValues = new Map([...expected].map(([name, weights]) => [name, weights.map(({ data }) => data)]));
const byName = (values: Map<string, readonly Float32Array[]>) => [...values].sort(([a], [b]) => (a < b ? -1 : 1));

describe('kerasArchive', () => {
  it.each([
    ['as Keras saves it', 'model.keras'],
    ['packed', 'packed.keras'],
    ['without names of layers in the weights, which the configuration tells', 'unnamed.keras'],
    ['with the network as a layer of another model', 'nested.keras'],
    ['with the network as a layer, names told by the configuration', 'nested-unnamed.keras'],
  ])('reads a model %s, bit for bit', async (_, name) => {
    expect(byName(await valuesIn(stored(name)))).toEqual(byName(expectedValues));
  });

  it('tells the network from the model around it', async () => {
    const file = await kerasArchive(stored('nested.keras'));
    const containers = new Map(file.layers.map(({ name, container }) => [name, container]));
    file.close();
    expect(containers.get('head')).toBe('');
    expect(new Set([...expected.keys()].map((name) => containers.get(name)))).toEqual(new Set(['layers/functional']));
  });

  it('reads several archives at once, and refuses to read what is closed', async () => {
    const files: WeightFile[] = await Promise.all(
      ['model.keras', 'packed.keras'].map((name) => kerasArchive(stored(name))),
    );
    for (const file of files) expect(file.layers[0]?.weights[0]?.read()).toBeInstanceOf(Float32Array);
    for (const file of files) {
      file.close();
      file.close();
      expect(() => file.layers[0]?.weights[0]?.read()).toThrow(WeightsError);
    }
  });

  it('leaves nothing in the folder for temporary files', async () => {
    const before = await openFolders();
    await valuesIn(stored('packed.keras'));
    await expect(
      kerasArchive(await archive([{ name: 'model.weights.h5', content: 'no HDF5', packed: true }])),
    ).rejects.toThrow(WeightsError);
    expect(await openFolders()).toBe(before);
  });
});

describe('kerasArchive refuses', () => {
  it.each([0, 1, 21, 22, 100, 5000])('an archive cut to %d bytes', async (length) => {
    const path = join(scratch, 'cut.keras');
    await writeFile(path, (await readFile(stored('model.keras'))).subarray(0, length));
    await expectRefusal(path, length === 0 ? /is empty \(0 bytes\)/ : /it is no zip archive/);
  });

  it('what is no archive', async () => {
    const path = join(scratch, 'text.keras');
    await writeFile(path, 'these are no weights, and no archive either');
    await expectRefusal(path, /it is no zip archive .*; fetch it again, or save/);
    await expectRefusal(join(scratch, 'none.keras'), /there is no weights file/);
  });

  it('a wrong checksum, in the weights and in the configuration', async () => {
    const bytes = await readFile(stored('model.keras'));
    for (const name of ['config.json', 'model.weights.h5']) {
      const path = join(scratch, 'flipped.keras');
      const damaged = Uint8Array.from(bytes);
      // The name stands in front of the content, and again in the directory.
      const begin = bytes.indexOf(name) + name.length;
      const place = name === 'config.json' ? begin + 40 : begin + Math.floor((bytes.indexOf(name, begin) - begin) / 2);
      damaged[place] = (damaged[place] ?? 0) ^ 1;
      await writeFile(path, damaged);
      await expectRefusal(path, /checksum is wrong|cut short/);
    }
  });

  it('no weights, weights twice, and names that climb out', async () => {
    await expectRefusal(
      await archive([{ name: 'config.json', content: '{}' }]),
      /"model\.weights\.h5" .*does not hold it/,
    );
    const twice = [
      { name: 'model.weights.h5', content: 'a' },
      { name: 'model.weights.h5', content: 'b' },
    ];
    await expectRefusal(await archive(twice), /it is there twice/);
    for (const name of ['../model.weights.h5', '/etc/passwd', 'a/../../b', 'C:/x', 'a\\..\\b']) {
      await expectRefusal(
        await archive([{ name, content: 'x' }, ...twice.slice(1)]),
        /relative path|absolute path|invalid characters/,
      );
    }
  });

  it('sizes that lie: more or less than the entry says', async () => {
    const content = 'x'.repeat(1000);
    for (const claimed of [999, 1001]) {
      await expectRefusal(await archive([{ name: 'model.weights.h5', content, packed: true, claimed }]), /bytes|size/);
    }
  });

  it('a bomb, before it unpacks', async () => {
    const bomb = await archive([{ name: 'model.weights.h5', content: Buffer.alloc(64 << 20), packed: true }]);
    await expectRefusal(bomb, /claim to unpack to 67108864, which no weights do/);
    const large = await archive([{ name: 'model.weights.h5', content: 'x', packed: true, claimed: 2 ** 32 - 2 }]);
    await expectRefusal(large, /claim to unpack to 4294967294|are allowed/);
  });

  it('ten gigabytes of nothing, at once and in little memory', async () => {
    const path = join(scratch, 'huge.keras');
    await writeFile(path, 'PK');
    await truncate(path, 10e9);
    const before = process.memoryUsage.rss();
    const begin = performance.now();
    await expectRefusal(path, /it is no zip archive/);
    expect(performance.now() - begin).toBeLessThan(2000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(150e6);
  });

  it('weights that are no HDF5 file, and a configuration that is no JSON', async () => {
    await expectRefusal(await archive([{ name: 'model.weights.h5', content: 'no weights' }]), /no HDF5 file|cut short/);
    const broken = [
      { name: 'config.json', content: '{"config":' },
      { name: 'model.weights.h5', content: 'x' },
    ];
    await expectRefusal(await archive(broken), /JSON/);
  });
});

interface ArchiveEntry {
  readonly name: string;
  readonly content: string | Buffer;
  readonly packed?: boolean;
  /** The size that the entry claims to have unpacked. */
  readonly claimed?: number;
}

/** Writes a zip archive byte by byte, so that it can lie. */
async function archive(entries: readonly ArchiveEntry[]): Promise<string> {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const { name, content, packed = false, claimed } of entries) {
    const bytes = Buffer.from(content);
    const data = packed ? deflateRawSync(bytes) : bytes;
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(packed ? 8 : 0, 4);
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(claimed ?? bytes.length, 18);
    shared.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), shared, Buffer.from(name), data]);
    const central = Buffer.alloc(46);
    central.write('PK\u0001\u0002');
    central.writeUInt16LE(20, 4);
    shared.copy(central, 6);
    central.writeUInt32LE(position, 42);
    directory.push(central, Buffer.from(name));
    parts.push(local);
    position += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(position, 16);
  const path = join(scratch, 'made.keras');
  await writeFile(path, Buffer.concat([...parts, list, end]));
  return path;
}

async function expectRefusal(path: string, reason: RegExp): Promise<void> {
  const error = await kerasArchive(path).then(
    (file) => file.close(),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(WeightsError);
  const { message, subject } = error as WeightsError;
  expect(message).toMatch(reason);
  expect(message).not.toContain('\n');
  expect(subject).toBe(path);
}

async function openFolders(): Promise<number> {
  return (await readdir(tmpdir())).filter((name) => /^graft-.{6}$/.test(name)).length;
}
