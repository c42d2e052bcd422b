import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import {
  ArtifactError,
  buildTransferModel,
  DatasetError,
  listImages,
  nodeRuntime,
  openPredictor,
  openPredictorThread,
  rotate,
  writeDemoDataset,
  type Predictor,
} from '@graft-ml/node-adapter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// The thread runs the built library, as it does for everyone who installs it.
const isBuilt = existsSync(new URL('../dist/index.cjs', import.meta.url));

const root = mkdtempSync(join(tmpdir(), 'graft-thread-'));
const model = join(root, 'model');
let images: string[];
let here: Predictor;
let there: Predictor;

describe.skipIf(!isBuilt)('openPredictorThread (of the built library: npm run build)', () => {
  beforeAll(async () => {
    await writeDemoDataset(join(root, 'dataset'), { seed: 3, count: 6 });
    images = await listImages([join(root, 'dataset')]);
    const runtime = nodeRuntime({ cache: join(root, 'cache') });
    const classNames = ['a', 'b', 'c'];
    const built = await buildTransferModel('squeezenet', { weights: 'none', inputSize: [64, 64], classNames, runtime });
    await built.save(model);
    await built.dispose();
    here = await openPredictor(model, { runtime });
    there = await openPredictorThread(model, { cache: join(root, 'cache') });
  });
  afterAll(async () => {
    await there.dispose();
    await here.dispose();
    rmSync(root, { recursive: true, force: true });
  });

  it('gives the scores that openPredictor gives, of paths, addresses and bytes', async () => {
    const [first = '', second = '', third = ''] = images;
    const inputs = [first, pathToFileURL(second), new Uint8Array(readFileSync(third))];
    const expected = await here.predict(inputs, { tta: 2, seed: 5 });
    const actual = await there.predict(inputs, { tta: 2, seed: 5 });
    expect(actual).toEqual(expected);
    expect(actual.predictions.map(({ source }) => source)).toEqual(inputs);
    expect([there.classNames, there.runsOn]).toEqual([here.classNames, here.runsOn]);
  });

  it('keeps predictions beside their images where some cannot be read, and answers several calls at once', async () => {
    const damaged = new Uint8Array(3);
    const calls = images.map((image) => there.predict([damaged, image, damaged, image], { tolerableShare: 1 }));
    for (const [index, { predictions, skipped }] of (await Promise.all(calls)).entries()) {
      expect(predictions.map(({ source }) => source)).toEqual([images[index], images[index]]);
      expect(skipped.map(({ reason }) => reason)).toEqual(Array(2).fill(expect.stringContaining('no image')));
    }
  });

  it('takes bytes over that have a buffer to themselves, and copies others', async () => {
    const bytes = readFileSync(images[0] ?? '');
    const own = new Uint8Array(bytes);
    const part = new Uint8Array(bytes.length + 1).subarray(1);
    part.set(bytes);
    const taking = await openPredictorThread(model, { cache: join(root, 'cache'), handOver: true });
    const { predictions } = await taking.predict([own, part, own]);
    expect(new Set(predictions.map(({ scores }) => scores['b'])).size).toBe(1);
    expect([predictions.length, own.length, part.length]).toEqual([3, 0, bytes.length]);
    await expect(taking.predict([own], { tolerableShare: 1 })).resolves.toMatchObject({ predictions: [] });
    await taking.dispose();
  });

  it('reports progress, and refuses what openPredictor refuses, by the same classes', async () => {
    const seen: number[] = [];
    await there.predict(images.slice(0, 3), { onProgress: ({ done }) => seen.push(done) });
    expect(seen).toEqual([1, 2, 3]);
    await expect(there.predict([])).rejects.toThrow(DatasetError);
    await expect(there.predict(images, { tta: 0.5 })).rejects.toThrow(RangeError);
    await expect(there.predict(images, { tta: 2, augmentation: [rotate({ degrees: 5 })] })).rejects.toThrow(TypeError);
    await expect(there.predict(images, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    const ending = new AbortController();
    const aborted = there.predict([...images, ...images, ...images], {
      signal: ending.signal,
      onProgress: () => ending.abort(),
    });
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('does not open what is no model', async () => {
    await expect(openPredictorThread(join(root, 'dataset'))).rejects.toThrow(ArtifactError);
  });

  it('finishes what runs when it is disposed, and refuses what comes after', async () => {
    const closing = await openPredictorThread(model, { cache: join(root, 'cache') });
    const running = closing.predict(images);
    const closed = closing.dispose();
    expect((await running).predictions).toHaveLength(images.length);
    await closed;
    await expect(closing.predict(images)).rejects.toMatchObject({ code: 'ENGINE' });
    await closing.dispose();
  });

  it('leaves the event loop free while it computes', async () => {
    const delays = monitorEventLoopDelay({ resolution: 1 });
    const many = Array.from({ length: 20 }, () => images).flat();
    delays.enable();
    const turns = { count: 0 };
    const timer = setInterval(() => (turns.count += 1), 1);
    const begin = performance.now();
    await there.predict(many);
    const elapsed = performance.now() - begin;
    clearInterval(timer);
    delays.disable();
    // A batch on this thread would leave some ten turns in all.
    expect(turns.count).toBeGreaterThan(elapsed / 40);
  });
});
