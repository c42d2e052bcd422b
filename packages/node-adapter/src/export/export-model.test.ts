import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AbortedError,
  ArtifactError,
  buildTransferModel,
  exportModel as exportPortable,
  kerasNetwork,
  type TransferModel,
} from '@graft-ml/core';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import { exportFixture, type ExportFixture } from '../../test/export/export-fixture.js';
import { largestDifference, ownScores, runPlainTfjs, type OwnScores } from '../../test/export/measure-export.mjs';
import { Hdf5File } from '../weights/hdf5-file.js';
import { loadOnnxruntime } from '../engines/onnxruntime-session.js';
import { exportModel } from './export-model.js';

let fixture: ExportFixture;
let model: TransferModel;
let own: OwnScores;
beforeAll(async () => {
  fixture = await exportFixture();
  // BGR, and slashes in layers' names.
  model = await fixture.train('squeezenet', { calibration: { temperature: 1.7, thresholds: { clear: 0.3 } } });
  own = await ownScores(model, fixture.sources);
  await writeFile(fixture.at('pixels.bin'), own.pixels);
}, 120_000);
afterAll(async () => {
  await model.dispose();
  await fixture.dispose();
});

/** What onnxruntime makes of the pixels, all images in one batch. */
async function runOnnx(file: string, images: Pick<OwnScores, 'pixels' | 'count'> = own): Promise<number[][]> {
  const { InferenceSession, Tensor } = await loadOnnxruntime();
  const session = await InferenceSession.create(file);
  const { pixels, count } = images;
  const side = Math.sqrt(pixels.length / count / 3);
  expect([session.inputNames, session.outputNames.length]).toEqual([['image'], 1]);
  const image = new Tensor('uint8', pixels, [count, side, side, 3]);
  const [output] = Object.values(await session.run({ image }));
  await session.release();
  const values = output!.data as Float32Array;
  const size = values.length / count;
  return Array.from({ length: count }, (_, i) => Array.from(values.subarray(i * size, (i + 1) * size)));
}

/** The digest of a backbone's weights in an export. */
async function importedDigest(backbone: string, weights: string): Promise<string> {
  const { runtime } = fixture;
  const imported = await buildTransferModel(backbone, { runtime, weights, inputSize: model.parts.inputSize });
  await imported.dispose();
  return imported.parts.weights.digest;
}

async function firstEntry(archive: string): Promise<string> {
  const zip = await openPromise(archive, { lazyEntries: true });
  for await (const entry of zip.eachEntry()) {
    const parts: Buffer[] = [];
    for await (const part of await zip.openReadStreamPromise(entry)) parts.push(part as Buffer);
    return String(Buffer.concat(parts));
  }
  return '';
}

describe('exportModel', () => {
  it('writes ONNX that takes raw pixels and gives the calibrated scores, with all that callers need to know', async () => {
    const result = await exportModel(model, { format: 'onnx', out: fixture.at('made', 'here', 'model.onnx') });
    const bytes = await readFile(result.out);
    expect(result).toMatchObject({ format: 'onnx', files: [result.out], bytes: bytes.length });
    expect(largestDifference(await runOnnx(result.out), own.scores)).toBeLessThan(1e-5);
    expect(result.description).toMatchObject({
      classNames: model.classNames,
      input: { name: 'image', shape: [null, 64, 64, 3], dtype: 'uint8' },
      output: { name: 'scores', shape: [null, own.scores[0]!.length] },
      preprocessing: { mode: 'caffe', inside: true },
      temperature: 1.7,
      thresholds: model.calibration!.thresholds,
      precision: 'fp32',
    });
    expect(bytes.includes(JSON.stringify(model.classNames))).toBe(true);
  });

  it('writes a folder that plain TensorFlow.js loads, in shards', async () => {
    const out = fixture.at('tfjs');
    const { files, bytes } = await exportModel(model, { format: 'tfjs', out });
    expect([...files].sort()).toEqual((await readdir(out)).sort());
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(out, file))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes);
    const { scores, leaked, metadata } = await runPlainTfjs(out, {
      pixels: fixture.at('pixels.bin'),
      count: own.count,
    });
    expect(largestDifference(scores, own.scores)).toBeLessThan(1e-5);
    expect(leaked).toBe(0);
    expect(metadata).toMatchObject({ format: 'graft', classNames: model.classNames, temperature: 1.7 });
  });

  it.each(['w.safetensors', 'w.keras', 'w.h5', 'w-tfjs'])(
    'writes %s that is read as weights again, bit for bit',
    async (name) => {
      const [, ending = 'tfjs'] = /\.(\w+)$/.exec(name) ?? [];
      const format = ending === 'h5' ? 'keras' : (ending as 'tfjs' | 'keras' | 'safetensors');
      const result = await exportModel(model, { format, out: fixture.at(name) });
      expect(result.format).toBe(ending);
      expect(result.bytes).toBeGreaterThan(2e6);
      expect(await importedDigest('squeezenet', result.out)).toBe(model.parts.weights.digest);
    },
  );

  it('writes embeddings: the backbone pooled, without the head', async () => {
    const { description, out } = await exportModel(model, { format: 'embeddings', out: fixture.at('embeddings.onnx') });
    expect(description).toMatchObject({
      task: 'embeddings',
      head: null,
      classNames: [],
      output: { name: 'embeddings' },
    });
    const embeddings = await runOnnx(out);
    expect(embeddings[0]).toHaveLength(512);
    const largest = Math.max(...own.embeddings.flat());
    expect(largestDifference(embeddings, own.embeddings)).toBeLessThan(1e-5 * largest);
    const map = await exportModel(model, { format: 'embeddings', pooling: 'none', out: fixture.at('map.onnx') });
    expect(map.description.output.shape).toEqual([null, 3, 3, 512]);
  });

  it('writes int8 of a model in fp32 that keeps its classes, and says what is missing without images', async () => {
    const notes: string[] = [];
    const calibrationImages = fixture.dataset.samples.map(({ source }) => source);
    const out = fixture.at('int8.onnx');
    await expect(exportModel(model, { format: 'onnx', precision: 'int8', out })).rejects.toThrow(
      /--calibration-images/,
    );
    const { description, bytes } = await exportModel(model, {
      format: 'onnx',
      precision: 'int8',
      calibrationImages,
      out,
      onWarning: (note) => notes.push(note),
    });
    expect(description.precision).toBe('int8');
    // Drawn weights are the hardest for int8: how small the file is depends on how many layers had to go back.
    expect(bytes).toBeLessThan(2.8e6);
    const scores = await runOnnx(out);
    const top = (row: readonly number[]) => row.indexOf(Math.max(...row));
    const same = scores.filter((row, i) => top(row) === top(own.scores[i]!)).length;
    expect(same / own.count).toBeGreaterThanOrEqual(0.98);
    expect(largestDifference(scores, own.scores)).toBeGreaterThan(0);
  });

  it('writes a model in int8 as it runs, with any head, and warns where a format is fp32', async () => {
    const int8 = await fixture.train('squeezenet', { head: 'notebook', precision: 'int8', inputSize: 128 });
    expect(int8.precision).toBe('int8');
    const scored = await ownScores(int8, fixture.sources);
    const { description, out } = await exportModel(int8, { format: 'onnx', out: fixture.at('as-it-runs.onnx') });
    expect(description.precision).toBe('int8');
    expect(largestDifference(await runOnnx(out, scored), scored.scores)).toBeLessThan(1e-4);
    const notes: string[] = [];
    const onWarning = (note: string) => void notes.push(note);
    await exportModel(int8, { format: 'safetensors', out: fixture.at('fp32.safetensors'), onWarning });
    expect(notes).toEqual([expect.stringContaining('runs in int8')]);
    await int8.dispose();
  });

  it('writes a fine-tuned backbone as it is now', async () => {
    const tuned = await fixture.train('graft-tiny', { weights: 'embedded' });
    await tuned.fineTune(fixture.dataset, { unfreezeFrom: 'expand', epochs: 1, learningRate: 1e-2 });
    const scored = await ownScores(tuned, fixture.sources);
    const { out } = await exportModel(tuned, { format: 'onnx', out: fixture.at('tuned.onnx') });
    expect(largestDifference(await runOnnx(out, scored), scored.scores)).toBeLessThan(1e-5);
    const { out: weights } = await exportModel(tuned, { format: 'safetensors', out: fixture.at('tuned.safetensors') });
    expect(await importedDigest('graft-tiny', weights)).not.toBe(tuned.parts.weights.digest);
    await tuned.dispose();
  });

  it('keeps class names whatever they hold', async () => {
    const { runtime } = fixture;
    const classNames = ['"', "'; rm -rf", '</script>', '\\u0000', 'für 😀', '{"classNames":[]}', 'constructor'].sort();
    const named = await buildTransferModel('graft-tiny', { runtime, inputSize: [32, 32], classNames });
    named.useCalibration({ thresholds: { constructor: 0.5 } });
    const facts = { classNames, thresholds: { constructor: 0.5 } };
    const portable = async (format: 'tfjs' | 'onnx' | 'safetensors') => {
      const { files } = await exportPortable(named, { format });
      const [[, parts] = ['', []]] = files;
      return Buffer.concat(parts);
    };
    expect(JSON.parse(String(await portable('tfjs')))).toMatchObject({ userDefinedMetadata: facts });
    expect((await portable('onnx')).includes(JSON.stringify(classNames))).toBe(true);
    const quoted = JSON.stringify(JSON.stringify(classNames));
    expect((await portable('safetensors')).includes(quoted)).toBe(true);
    const h5 = await Hdf5File.open((await exportModel(named, { format: 'h5', out: fixture.at('named.h5') })).out);
    expect(JSON.parse(h5.texts('', 'graft')?.[0] ?? '')).toMatchObject(facts);
    h5.close();
    const keras = (await exportModel(named, { format: 'keras', out: fixture.at('named.keras') })).out;
    expect(JSON.parse(await firstEntry(keras))).toMatchObject({ graft: facts });
    await named.dispose();
  });

  it('stops when it is told to, and leaves what was there', async () => {
    const out = fixture.at('aborted.onnx');
    const signal = AbortSignal.abort();
    for (const format of ['onnx', 'keras', 'tfjs'] as const) {
      const place = format === 'onnx' ? out : fixture.at(format === 'keras' ? 'aborted.keras' : 'aborted');
      await expect(exportModel(model, { format, out: place, signal })).rejects.toThrow(AbortedError);
    }
    expect((await readdir(fixture.at())).filter((name) => name.includes('aborted'))).toEqual([]);
  });

  it('replaces an earlier export and nothing else, and leaves no traces', async () => {
    const folder = fixture.at('places');
    await mkdir(folder);
    const exports = [
      ['onnx', 'a.onnx'],
      ['keras', 'a.keras'],
      ['h5', 'a.h5'],
      ['safetensors', 'a.safetensors'],
      ['tfjs', 'a'],
    ] as const;
    for (const [format, name] of exports) {
      const out = join(folder, name);
      const first = await exportModel(model, { format, out });
      const again = await exportModel(model, { format, out });
      expect(again).toEqual(first);
    }
    expect((await readdir(folder)).sort()).toEqual(exports.map(([, name]) => name).sort());
    for (const [format, name] of exports) {
      const out = join(folder, `foreign-${name}`);
      if (format === 'tfjs') await mkdir(out);
      await writeFile(format === 'tfjs' ? join(out, 'thesis.txt') : out, 'of years');
      await expect(exportModel(model, { format, out })).rejects.toThrow(ArtifactError);
      expect(await readFile(format === 'tfjs' ? join(out, 'thesis.txt') : out, 'utf8')).toBe('of years');
    }
    await writeFile(join(folder, 'a', 'notes.txt'), 'mine');
    await expect(exportModel(model, { format: 'tfjs', out: join(folder, 'a') })).rejects.toThrow(/notes\.txt/);
    await expect(exportModel(model, { format: 'onnx', out: join(folder, 'a.keras', 'b.onnx') })).rejects.toThrow(
      ArtifactError,
    );
  });

  it('gives the same bytes for the same model, but for the times that HDF5 notes', async () => {
    for (const format of ['tfjs', 'onnx', 'safetensors', 'embeddings'] as const) {
      const [first, second] = [await exportPortable(model, { format }), await exportPortable(model, { format })];
      expect([...first.files.keys()]).toEqual([...second.files.keys()]);
      for (const [name, parts] of first.files) {
        expect(Buffer.concat(parts).equals(Buffer.concat(second.files.get(name) ?? []))).toBe(true);
      }
    }
  });

  it('refuses formats, endings and options that do not go together, before any work', async () => {
    const out = fixture.at('never.onnx');
    const refusals: [Parameters<typeof exportModel>[1], RegExp][] = [
      [{ format: 'pmml' as never, out }, /unknown format "pmml"; there are "tfjs"/],
      [{ format: 'keras', out }, /ends in "\.keras", "\.h5", "\.hdf5"/],
      [{ format: 'onnx', out: '' }, /out is missing/],
      [{ format: 'tfjs', out: fixture.at('never'), precision: 'int8' }, /int8 is for onnx and embeddings/],
      [{ format: 'keras', out: fixture.at('never.keras'), precision: 'int8' }, /int8 is for onnx/],
      [{ format: 'onnx', out, pooling: 'avg' }, /pooling is for embeddings/],
      [{ format: 'onnx', out, precision: 'fp64' as never }, /unknown precision "fp64"/],
    ];
    for (const [options, message] of refusals) await expect(exportModel(model, options)).rejects.toThrow(message);
    const { runtime } = fixture;
    const unborn = await buildTransferModel('squeezenet', { runtime, weights: 'none', inputSize: [64, 64] });
    await expect(exportModel(unborn, { format: 'onnx', out })).rejects.toThrow(/no classes yet/);
    const { description } = await exportModel(unborn, { format: 'embeddings', out: fixture.at('unborn.onnx') });
    expect(description.output.shape).toEqual([null, 512]);
    await unborn.dispose();
  });

  it('leaves no tensors behind', async () => {
    await fixture.runtime.prepareBackend('structure');
    const before = memory().numTensors;
    for (const format of ['tfjs', 'onnx', 'safetensors', 'embeddings'] as const)
      await exportPortable(model, { format });
    await kerasNetwork(model);
    expect(memory().numTensors).toBe(before);
  });
});
