import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededWeights, WeightsError } from '@graft-ml/core';
import { io } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import archives from '../../test/golden/archives/archives.json';
import golden from '../../test/golden/weights/weight-files.json';
import { registerCpuBackend } from '../engines/tfjs-backends.js';
import { tfjsFolder } from './tfjs-folder.js';

const stored = (name: string) => fileURLToPath(new URL(`../../test/golden/archives/${name}`, import.meta.url));
const expected = seededWeights(golden.layers, { seed: golden.seed, draw: 'everything' });
const expectedValues = Object.fromEntries(
  [...expected].map(([name, weights]) => [name, weights.map(({ data }) => data)]),
);

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'graft-tfjs-'));
});
afterAll(() => rm(scratch, { recursive: true }));

async function layersIn(path: string) {
  const file = await tfjsFolder(path);
  try {
    return file.layers.map(({ name, container, weights }) => ({
      name,
      container,
      values: weights.map((w) => w.read()),
    }));
  } finally {
    file.close();
  }
}

describe('tfjsFolder', () => {
  it.each([
    ["as Keras' converter writes it", 'tfjs'],
    ['by its model.json', 'tfjs/model.json'],
    ['in groups and shards that cut weights in two', 'tfjs-sharded'],
  ])('reads a model %s, bit for bit', async (_, name) => {
    const found = await layersIn(stored(name));
    expect(Object.fromEntries(found.map(({ name: layer, values }) => [layer, values]))).toEqual(expectedValues);
    expect(new Set(found.map(({ container }) => container))).toEqual(new Set(['']));
  });

  it('tells the network from the model around it', async () => {
    const found = await layersIn(stored('tfjs-nested'));
    const byName = Object.fromEntries(found.map((layer) => [layer.name, layer]));
    expect(byName['head']?.container).toBe('');
    for (const [name, values] of Object.entries(expectedValues))
      expect(byName[name]).toMatchObject({ container: 'tiny', values });
  });

  it.each(['float16', 'uint16', 'uint8'] as const)("widens %s as TensorFlow.js' own reader does", async (kind) => {
    const found = await layersIn(stored(`tfjs-${kind}`));
    const expectedOfKind = archives.quantised[kind] as Readonly<Record<string, readonly number[]>>;
    const values = found.flatMap((layer) => layer.values).map((data) => [...data]);
    expect(values).toHaveLength(Object.keys(expectedOfKind).length);
    expect(values).toEqual(Object.values(expectedOfKind));
  });

  it('reads what TensorFlow.js saves', async () => {
    await registerCpuBackend();
    const model = sequential({ layers: [layers.dense({ units: 2, inputShape: [3], name: 'fire2/dense' })] });
    let saved: io.ModelArtifacts | undefined;
    await model.save(
      io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    const folder = await mkdtemp(join(scratch, 'saved-'));
    const manifest = [{ paths: ['weights.bin'], weights: saved?.weightSpecs }];
    await writeFile(
      join(folder, 'model.json'),
      JSON.stringify({ modelTopology: saved?.modelTopology, weightsManifest: manifest }),
    );
    await writeFile(join(folder, 'weights.bin'), Buffer.from(io.CompositeArrayBuffer.join(saved?.weightData ?? [])));
    const found = await layersIn(folder);
    expect(found.map(({ name, values }) => [name, values.length])).toEqual([['fire2/dense', 2]]);
    expect(found[0]?.values[0]).toEqual(await model.getWeights()[0]?.data());
    model.dispose();
  });

  it('refuses to read what is closed', async () => {
    const file = await tfjsFolder(stored('tfjs-sharded'));
    file.close();
    file.close();
    expect(() => file.layers[0]?.weights[0]?.read()).toThrow(WeightsError);
  });
});

describe('tfjsFolder refuses', () => {
  it.each([
    ['no JSON', '{', /model\.json is no JSON/],
    ['no object', '[]', /has no weightsManifest|no JSON object/],
    ['nothing', '', /is empty/],
    ['a graph model', '{"format":"graph-model","weightsManifest":[]}', /graph model.*tfjs_layers_model/],
    ['no weights', '{}', /has no weightsManifest/],
    ['a group without paths', '{"weightsManifest":[{}]}', /a group has no paths/],
    ...['../x.bin', '/etc/passwd', 'a/../../x', 'C:\\x', 'https://x/y.bin', '', 'a\u0000'].map(
      (name) =>
        [
          `the path ${JSON.stringify(name)}`,
          withWeights({ paths: [name] }),
          /no name of a file in the model's folder/,
        ] as const,
    ),
    ['a missing file', withWeights({ paths: ['none.bin'] }), /"none\.bin" .*cannot be read/],
    [
      'a negative size',
      withWeights({ weights: [{ name: 'a/kernel', shape: [-1], dtype: 'float32' }] }),
      /no proper shape/,
    ],
    [
      'sizes that overflow',
      withWeights({ weights: [{ name: 'a/kernel', shape: [2 ** 40, 2 ** 40], dtype: 'float32' }] }),
      /no proper shape/,
    ],
    ['texts', withWeights({ weights: [{ name: 'a/kernel', shape: [1], dtype: 'string' }] }), /"string".*no weights/],
    [
      'names of prototypes',
      withWeights({ weights: [{ name: 'a/kernel', shape: [1], dtype: 'toString' }] }),
      /"toString".*no weights/,
    ],
    [
      'an unknown quantization',
      withWeights({ weights: [{ name: 'a/kernel', shape: [1], dtype: 'float32', quantization: { dtype: 'uint8' } }] }),
      /quantization is of an unknown kind/,
    ],
    [
      'more weights than bytes',
      withWeights({ weights: [{ name: 'a/kernel', shape: [1e9], dtype: 'float32' }] }),
      /4 bytes lie there, but .* 4000000000/,
    ],
  ] as const)('%s', async (_, text, reason) => {
    const folder = await mkdtemp(join(scratch, 'bad-'));
    await writeFile(join(folder, 'model.json'), text);
    await writeFile(join(folder, 'w.bin'), Buffer.alloc(4));
    await expectRefusal(folder, reason);
  });

  it('a file that is cut short, too long, or gone', async () => {
    const folder = await mkdtemp(join(scratch, 'cut-'));
    await cp(stored('tfjs'), folder, { recursive: true });
    const shard = join(folder, 'group1-shard1of1.bin');
    const bytes = await readFile(shard);
    await truncate(shard, bytes.length - 1);
    await expectRefusal(
      folder,
      new RegExp(`${bytes.length - 1} bytes lie there, but model.json describes ${bytes.length}`),
    );
    await writeFile(shard, Buffer.concat([bytes, Buffer.alloc(1)]));
    await expectRefusal(folder, /bytes lie there/);
    await rm(shard);
    await expectRefusal(folder, /"group1-shard1of1\.bin" .*cannot be read/);
  });
});

function withWeights(group: object): string {
  const weights = [{ name: 'a/kernel', shape: [1], dtype: 'float32' }];
  return JSON.stringify({ weightsManifest: [{ paths: ['w.bin'], weights, ...group }] });
}

async function expectRefusal(path: string, reason: RegExp): Promise<void> {
  const error = await tfjsFolder(path).then(
    (file) => file.close(),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(WeightsError);
  expect((error as WeightsError).message).toMatch(reason);
  expect((error as WeightsError).message).not.toContain('\n');
}
