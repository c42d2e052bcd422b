import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildTransferModel,
  extractFeatures,
  loadImageFolder,
  loadTransferModel,
  memoryFeatureCache,
  nodeRuntime,
  runTrainingJob,
  splitDataset,
  writeDemoDataset,
  type Dataset,
  type ImageReference,
  type Runtime,
} from '@graft-ml/node-adapter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'graft-int8-'));
const at = (...parts: string[]) => join(root, ...parts);
const small = { weights: 'none', inputSize: [64, 64], precision: 'int8' } as const;

let plain: Runtime;
let dataset: Dataset;

beforeAll(async () => {
  plain = nodeRuntime({ cache: false });
  await writeDemoDataset(at('dataset'), { seed: 3, count: 8 });
  dataset = await loadImageFolder(at('dataset'));
});
afterAll(async () => {
  await plain.close();
  rmSync(root, { recursive: true, force: true });
});

/** A runtime that notes what it reads, and how often an engine calibrates. */
function watched(): { runtime: Runtime; reads: ImageReference[]; calibrations: () => number } {
  const reads: ImageReference[] = [];
  let calibrations = 0;
  const runtime: Runtime = {
    ...plain,
    cache: memoryFeatureCache(),
    images: {
      ...plain.images,
      read: (reference, options) => {
        reads.push(reference);
        return plain.images.read(reference, options);
      },
    },
    engines: plain.engines.map((engine) => ({
      ...engine,
      ...(engine.int8 && {
        int8: {
          ...engine.int8,
          calibrate: (...parameters: Parameters<NonNullable<typeof engine.int8>['calibrate']>) => {
            calibrations += 1;
            return engine.int8!.calibrate(...parameters);
          },
        },
      }),
    })),
  };
  return { runtime, reads, calibrations: () => calibrations };
}

describe('a transfer model in int8', () => {
  it('keeps a compiled graph whatever its head reads: what stands behind the frozen part stays in fp32', async () => {
    const kept: Uint8Array[] = [];
    const graphs = {
      get: () => Promise.resolve(undefined),
      set: (_: string, graph: Uint8Array) => Promise.resolve(void kept.push(graph)),
    };
    const runtime: Runtime = { ...watched().runtime, graphs };
    const size = { ...small, inputSize: [128, 128] } as const;
    const model = await buildTransferModel('squeezenet', { ...size, head: 'notebook', runtime });
    await model.fit(dataset, { epochs: 1 });
    expect(model.precision).toBe('int8');
    await model.save(at('windows'));
    expect(kept).toHaveLength(1);
    await model.dispose();
  });

  it('predicts the same after it was saved and loaded, and needs no training image for it', async () => {
    const { runtime, calibrations } = watched();
    const model = await buildTransferModel('squeezenet', { ...small, runtime });
    expect(model.precision).toBe('fp32');
    await model.fit(dataset, { epochs: 2 });
    expect(model.precision).toBe('int8');
    const paths = dataset.samples.slice(0, 4).map(({ source }) => source);
    const before = await model.predict(paths);
    await model.save(at('saved'));
    await model.dispose();

    const other = watched();
    const same = await loadTransferModel(at('saved'), { runtime: other.runtime });
    expect(same.precision).toBe('int8');
    expect(await same.predict(paths)).toEqual(before);
    expect(other.reads).toEqual(paths);
    expect([calibrations(), other.calibrations()]).toEqual([1, 0]);
    await same.dispose();
  });

  it('is calibrated on training images alone, before any other image runs', async () => {
    const { runtime, reads } = watched();
    const model = await buildTransferModel('squeezenet', { ...small, runtime });
    await runTrainingJob(model, dataset, { epochs: 1, seed: 7 });
    await model.dispose();
    const train = new Set(splitDataset(dataset, { seed: 7 }).train.samples.map(({ source }) => source));
    const drawn = reads.slice(0, Math.min(16, train.size));
    expect(drawn.every((source) => train.has(source as string))).toBe(true);
    expect(new Set(drawn).size).toBe(drawn.length);
  });

  it('calibrates once for the same images: the cache keeps the plan', async () => {
    const { runtime, calibrations } = watched();
    const scores = [];
    for (let round = 0; round < 2; round++) {
      const model = await buildTransferModel('squeezenet', { ...small, runtime });
      await model.fit(dataset, { epochs: 1 });
      scores.push((await model.predict([dataset.samples[0]!.source])).predictions[0]!.scores);
      await model.dispose();
    }
    expect(calibrations()).toBe(1);
    expect(scores[1]).toEqual(scores[0]);
  });

  it('keeps its features apart from fp32’s in one cache', async () => {
    const { runtime } = watched();
    const sources = dataset.samples.map(({ source }) => source);
    const rows = async (precision: 'fp32' | 'int8'): Promise<Float32Array[]> => {
      const { parts } = await buildTransferModel('squeezenet', { ...small, precision, runtime });
      const { results, precision: ran } = await extractFeatures(parts, sources, { pooling: 'avg' });
      expect(ran).toBe(precision);
      const found = [];
      for await (const result of results) if ('rows' in result) found.push(result.rows[0]!);
      return found;
    };
    const float = await rows('fp32');
    const int8 = await rows('int8');
    expect(await rows('fp32')).toEqual(float);
    expect(await rows('int8')).toEqual(int8);
    expect(int8).not.toEqual(float);
  });

  it('can be asked for, and taken back, when it is fitted', async () => {
    const { runtime } = watched();
    const model = await buildTransferModel('squeezenet', { ...small, precision: 'fp32', runtime });
    await model.fit(dataset, { epochs: 1, precision: 'int8' });
    expect(model.precision).toBe('int8');
    await model.fit(dataset, { epochs: 1, precision: 'fp32' });
    expect(model.precision).toBe('fp32');
    await model.dispose();
  });

  it('goes on in fp32 and says why where int8 would change the features too much', async () => {
    const { runtime } = watched();
    const reason = 'int8 would change the features too much: cosine 0.9 to fp32';
    const engines = runtime.engines.map((engine) => ({
      ...engine,
      ...(engine.int8 && {
        int8: { ...engine.int8, calibrate: () => Promise.resolve({ precision: 'fp32' as const, reason }) },
      }),
    }));
    const warnings: string[] = [];
    const model = await buildTransferModel('squeezenet', { ...small, runtime: { ...runtime, engines } });
    await model.fit(dataset, { epochs: 1, onWarning: (message) => warnings.push(message) });
    expect(warnings).toEqual([`running in fp32: ${reason}`]);
    expect(model.precision).toBe('fp32');
    await model.save(at('fallen-back'));
    await model.dispose();
    const same = await loadTransferModel(at('fallen-back'), { runtime: plain });
    expect((await same.predict([dataset.samples[0]!.source])).predictions).toHaveLength(1);
    expect(same.precision).toBe('fp32');
    await same.dispose();
  });

  it('refuses what cannot be', async () => {
    const build = (options: object) => buildTransferModel('squeezenet', { ...small, runtime: plain, ...options });
    await expect(build({ precision: 'int4' })).rejects.toThrow('unknown precision "int4"; there are "fp32", "int8"');
    await expect(build({ engine: 'wasm' })).rejects.toThrow('engine "wasm" has no int8; use --engine onnxruntime');
    const without = plain.engines.filter(({ int8 }) => int8 === undefined);
    await expect(build({ runtime: { ...plain, engines: without } })).rejects.toThrow('no engine here has int8');
    const model = await build({});
    await expect(model.fit(dataset, { precision: 'int4' as 'int8' })).rejects.toThrow('unknown precision "int4"');
    const few = {
      ...dataset,
      samples: dataset.classNames.flatMap((name) => dataset.samples.filter(({ label }) => label === name).slice(0, 2)),
    };
    await expect(model.fit(few, { epochs: 1 })).rejects.toThrow(
      'int8 calibrates on 8 training images or more; 6 can be read',
    );
    await expect(model.predict([dataset.samples[0]!.source])).rejects.toThrow('int8 is not calibrated yet');
    await model.dispose();
  });

  it('leaves out training images that cannot be read', async () => {
    cpSync(at('dataset'), at('torn'), { recursive: true });
    const [first] = (await loadImageFolder(at('torn'))).samples;
    writeFileSync(first!.source as string, 'no image');
    const torn = await loadImageFolder(at('torn'));
    const { runtime } = watched();
    const model = await buildTransferModel('squeezenet', { ...small, runtime });
    await model.calibrate(torn);
    expect(model.precision).toBe('int8');
    await model.dispose();
  });

  it('refuses a saved plan that was changed', async () => {
    const { runtime } = watched();
    const model = await buildTransferModel('squeezenet', { ...small, runtime });
    await model.fit(dataset, { epochs: 1 });
    await model.save(at('tampered'));
    await model.dispose();
    const file = at('tampered', 'quantization.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"weightBits":', '"weightBits": '));
    await expect(loadTransferModel(at('tampered'), { runtime })).rejects.toThrow(
      'quantization.json is not the file that was saved',
    );
    rmSync(file);
    await expect(loadTransferModel(at('tampered'), { runtime })).rejects.toThrow('quantization.json');
  });
});
