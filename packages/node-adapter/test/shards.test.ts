import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DatasetError,
  extractToFile,
  mergeShards,
  nodeRuntime,
  predictImages,
  trainFolder,
  writeDemoDataset,
  type ExtractSettings,
  type Runtime,
} from '@graft-ml/node-adapter';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'graft-shards-'));
const at = (...parts: string[]) => join(root, ...parts);
const python = process.env['GRAFT_ORACLE_PYTHON'];
const hasTables = python !== undefined && spawnSync(python, ['-c', 'import duckdb, pandas, pyarrow']).status === 0;
const count = 3;
const shards = [1, 2, 3].map((index) => ({ index, count }));
const settings: Omit<ExtractSettings, 'out'> = {
  backbone: 'squeezenet',
  weights: 'none',
  inputSize: [48, 48],
  pooling: 'avg',
  engine: 'onnxruntime',
  seed: 1,
};

let runtime: Runtime;
const notes: string[] = [];

beforeAll(async () => {
  runtime = nodeRuntime({ cache: at('cache') });
  await writeDemoDataset(at('dataset'), { seed: 1, count: 12 });
  writeFileSync(at('dataset', 'clear', 'broken.png'), 'no image');
});
afterAll(async () => {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

const extract = (changes: Partial<ExtractSettings>) =>
  extractToFile(
    at('dataset'),
    { ...settings, out: at('all.npy'), ...changes },
    { runtime, onNote: (note) => notes.push(note) },
  );
const same = (a: string, b: string) => readFileSync(at(a)).equals(readFileSync(at(b)));

describe('shards of an extraction', () => {
  it.each(['npy', 'safetensors', 'parquet'])(
    'merge into the very bytes of a run on one machine: %s',
    async (ending) => {
      const whole = await extract({ out: at(`all.${ending}`) });
      for (const shard of shards) await extract({ shard, out: at('f-{i}-of-{n}.npy') });
      const files = [3, 1, 2].map((index) => at(`f-${index}-of-3.npy`));
      const merged = await mergeShards(files, at(`merged.${ending}`));
      expect(same(`merged.${ending}`, `all.${ending}`)).toBe(true);
      expect(merged).toMatchObject({
        kind: 'features',
        paths: whole.paths,
        shape: whole.shape,
        skipped: whole.skipped,
      });
      expect(whole.skipped.map(({ path }) => path)).toEqual([at('dataset', 'clear', 'broken.png')]);
    },
  );

  it('write Parquet that another library reads: a path and a list of numbers for each image', async () => {
    const file = await asyncBufferFromFile(at('merged.parquet'));
    const rows = await parquetReadObjects({ file });
    const features = readFileSync(at('all.npy')).subarray(-rows.length * 512 * 4);
    const numbers = new Float32Array(new Uint8Array(features).buffer);
    expect(rows).toHaveLength(36);
    for (const [index, row] of rows.entries()) {
      expect(Float32Array.from(row['features'] as number[])).toEqual(numbers.subarray(index * 512, (index + 1) * 512));
    }
  });

  it.skipIf(!hasTables)('write Parquet that DuckDB and pandas read (needs GRAFT_ORACLE_PYTHON with both)', () => {
    const script = [
      'import duckdb, json, numpy, pandas, sys',
      'folder = sys.argv[1]',
      'whole = numpy.load(folder + "/all.npy")',
      'table = pandas.read_parquet(folder + "/merged.parquet")',
      'assert (numpy.stack(table.features.to_numpy()) == whole).all() and table.features[0].dtype == numpy.float32',
      'rows = duckdb.sql(f"select path, features from \'{folder}/merged.parquet\'").fetchall()',
      'assert [row[0] for row in rows] == list(table.path)',
      'assert (numpy.array([row[1] for row in rows], dtype=numpy.float32) == whole).all()',
    ].join('\n');
    const { status, stderr } = spawnSync(python ?? '', ['-c', script, root], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });

  it('merge in int8 too: calibration sees the images of all shards', async () => {
    const int8 = { precision: 'int8' } as const;
    await extract({ ...int8, out: at('int8.npy') });
    for (const shard of shards) await extract({ ...int8, shard, out: at('int8-{i}.npy') });
    await mergeShards(
      [1, 2, 3].map((index) => at(`int8-${index}.npy`)),
      at('int8-merged.npy'),
    );
    expect(same('int8-merged.npy', 'int8.npy')).toBe(true);
  });

  it('are not run again once they are finished, unless their file or the job has changed', async () => {
    const shard = shards[0]!;
    const out = at('f-1-of-3.npy');
    const { mtimeMs } = statSync(out);
    const again = await extract({ shard, out });
    expect(statSync(out).mtimeMs).toBe(mtimeMs);
    expect(notes.at(-1)).toBe(`${out} is finished already: shard 1/3 is not run again`);
    expect(again.shape).toEqual([again.paths.length, 512]);

    appendFileSync(out, 'x');
    await extract({ shard, out });
    expect(statSync(out).mtimeMs).not.toBe(mtimeMs);
    const before = readFileSync(out);
    await extract({ shard, out, pooling: 'max' });
    expect(readFileSync(out).equals(before)).toBe(false);
    await expect(mergeShards([out, at('f-2-of-3.npy'), at('f-3-of-3.npy')], at('x.npy'))).rejects.toThrow(
      /differ in backbone, weights or settings/,
    );
    await extract({ shard, out });
    expect(readFileSync(out).equals(before)).toBe(true);
  });

  it('are refused where one is damaged, has lost its document, or is no shard', async () => {
    const files = [1, 2, 3].map((index) => at(`f-${index}-of-3.npy`));
    const merge = () => mergeShards(files, at('x.npy'));
    const intact = readFileSync(files[1]!);
    writeFileSync(files[1]!, intact.subarray(0, -4));
    await expect(merge()).rejects.toThrow(`${files[1]!} is not what its shard wrote`);
    if (process.platform !== 'win32') {
      // Its bytes were hashed for ever.
      rmSync(files[1]!);
      symlinkSync('/dev/zero', files[1]!);
      await expect(merge()).rejects.toThrow(`${files[1]!} is not what its shard wrote`);
      rmSync(files[1]!);
    }
    writeFileSync(files[1]!, intact);
    renameSync(`${files[1]!}.shard.json`, at('hidden'));
    await expect(merge()).rejects.toThrow(/cannot be read as a shard: .*f-2-of-3\.npy\.shard\.json is not there/);
    writeFileSync(`${files[1]!}.shard.json`, '{"shard":');
    await expect(merge()).rejects.toThrow(DatasetError);
    renameSync(at('hidden'), `${files[1]!}.shard.json`);
    await expect(mergeShards(files, at('x.csv'))).rejects.toThrow(RangeError);
    expect(existsSync(at('x.npy'))).toBe(false);
    await expect(extract({ shard: shards[0]!, out: at('x.parquet') })).rejects.toThrow(RangeError);
  });

  it('may be empty', async () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ index: index + 1, count: 200 }));
    const empty = [];
    for (const shard of many.slice(0, 4)) empty.push(await extract({ shard, out: at('many-{i}.npy') }));
    expect(empty.some(({ paths }) => paths.length === 0)).toBe(true);
  });
});

describe('shards of a manifest', () => {
  it('hold repeated and absent rows once, and merge as one machine reads it', async () => {
    const names = [
      'clear/clear_1.png',
      'gone.png',
      './clear/clear_2.png',
      '',
      'clear/clear_1.png',
      'clear/clear_3.png',
    ];
    writeFileSync(at('rows.csv'), `path,view\n${names.map((name) => `${name},PA`).join('\n')}\nclear/clear_4.png,AP\n`);
    const manifest = { root: at('dataset'), where: { view: 'PA' } };
    const run = (changes: Partial<ExtractSettings>) =>
      extractToFile(at('rows.csv'), { ...settings, manifest, out: at('rows.npy'), ...changes }, { runtime });
    const whole = await run({});
    const parts = [];
    for (const shard of shards) parts.push(await run({ shard, out: at('rows-{i}.npy') }));
    const merged = await mergeShards(
      parts.map(({ file }) => file),
      at('rows-merged.npy'),
    );
    expect(same('rows-merged.npy', 'rows.npy')).toBe(true);
    const byPath = (skips: typeof whole.skipped) => skips.map(({ path, reason }) => `${path}: ${reason}`).sort();
    expect(byPath(merged.skipped)).toEqual(byPath(whole.skipped));
    expect(whole.skipped).toHaveLength(3);
  });
});

describe('shards of a prediction', () => {
  it('merge into the very JSON and CSV of a run on one machine, each machine with a cache of its own', async () => {
    const { inputSize } = settings;
    await trainFolder(
      at('dataset'),
      {
        backbone: 'squeezenet',
        weights: 'none',
        engine: 'auto',
        seed: 1,
        epochs: 1,
        out: at('model'),
        report: false,
        inputSize: inputSize!,
      },
      { runtime },
    );
    const predict = async (cache: string, files: object) => {
      const own = nodeRuntime({ cache: at(cache) });
      try {
        return await predictImages(at('model'), [at('dataset')], { runtime: own, expect: 'clear', ...files });
      } finally {
        await own.close();
      }
    };
    await predict('one', { out: at('all.json'), csv: at('all.csv') });
    for (const shard of shards) {
      await predict(`cache-${shard.index}`, { shard, out: at('p{i}.json'), csv: at('p{i}.csv') });
    }
    await mergeShards([at('p2.json'), at('p1.csv'), at('p3.json')], at('merged.json'));
    await mergeShards([at('p2.csv'), at('p1.csv'), at('p3.json')], at('merged.csv'));
    expect(same('merged.json', 'all.json')).toBe(true);
    expect(same('merged.csv', 'all.csv')).toBe(true);

    await mergeShards([at('p2.csv'), at('p1.csv'), at('p3.json')], at('merged-p.parquet'));
    const file = await asyncBufferFromFile(at('merged-p.parquet'));
    const rows = await parquetReadObjects({ file });
    const { predictions } = JSON.parse(readFileSync(at('all.json'), 'utf8')) as {
      predictions: { path: string; label: string; scores: Record<string, number> }[];
    };
    expect(rows).toEqual(
      predictions.map(({ path, label, scores }) => ({
        path,
        y_pred: label,
        ...Object.fromEntries(Object.entries(scores).map(([name, score]) => [`score_${name}`, score])),
      })),
    );

    const { mtimeMs } = statSync(at('p1.json'));
    await predict('cache-1', { shard: shards[0], out: at('p1.json') });
    expect(statSync(at('p1.json')).mtimeMs).toBe(mtimeMs);
    await predict('cache-1', { shard: shards[0], out: at('p1.json'), tta: 2 });
    await expect(
      mergeShards(
        [1, 2, 3].map((i) => at(`p${i}.json`)),
        at('x.json'),
      ),
    ).rejects.toThrow(/differ in views/);
  });
});
